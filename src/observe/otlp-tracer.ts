import {
  type Context,
  type Span as OtelSpan,
  type Tracer as OtelTracer,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  SimpleSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TracingConfig } from '../config/tracing.ts';
import type { Logger } from '../log.ts';
import { codeOf } from './code-of.ts';
import type { Attributes, Span, Tracer } from './span.ts';

const NAME = 'telemetry-analytics-api';
/** A collector that does not answer must not keep the process from ending. */
const CLOSE_MS = 3_000;

/**
 * OpenTelemetry behind our port. This file is the only one that knows it, and is loaded only where traces are switched
 * on. Nothing global is set, so that services in one process do not meet.
 */
export async function createTracer(config: TracingConfig, version: string, log: Logger): Promise<Tracer> {
  const processors = await Promise.all(config.exporters.map((name) => processorOf(name, config, log)));
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': NAME, 'service.version': version }))
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, resourceAttributesEnvDetector] }))
    .merge(
      resourceFromAttributes(config.serviceName === undefined ? {} : { 'service.name': config.serviceName }),
    );
  const provider = new TracerProvider({ resource, spanProcessors: processors, sampler: samplerOf(config) });
  const tracer = provider.getTracer(NAME, version);
  const propagator = new W3CTraceContextPropagator();
  return {
    start: (name, attributes, headers) => {
      const parent =
        headers === undefined || !config.continues
          ? ROOT_CONTEXT
          : propagator.extract(ROOT_CONTEXT, headers, {
              get: (carrier, key) => carrier.get(key) ?? undefined,
              keys: (carrier) => [...carrier.keys()],
            });
      const kind = headers === undefined ? SpanKind.INTERNAL : SpanKind.SERVER;
      return new TracedSpan(tracer, tracer.startSpan(name, { kind, attributes }, parent), parent);
    },
    close: () => closeWithin(provider, CLOSE_MS),
  };
}

class TracedSpan implements Span {
  private readonly tracer: OtelTracer;
  private readonly span: OtelSpan;
  private readonly context: Context;

  constructor(tracer: OtelTracer, span: OtelSpan, parent: Context) {
    this.tracer = tracer;
    this.span = span;
    this.context = trace.setSpan(parent, span);
  }

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  child(name: string, attributes: Attributes = {}, startMs?: number): Span {
    const startTime = startMs === undefined ? {} : { startTime: startMs };
    const span = this.tracer.startSpan(name, { attributes, ...startTime }, this.context);
    return new TracedSpan(this.tracer, span, this.context);
  }

  set(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  end(error?: unknown, endMs?: number): void {
    if (error !== undefined) {
      const code = typeof error === 'string' ? error : codeOf(error);
      this.span.setAttribute('error.type', code);
      this.span.setStatus({ code: SpanStatusCode.ERROR, message: code });
    }
    this.span.end(endMs);
  }
}

async function processorOf(
  name: TracingConfig['exporters'][number],
  { protocol, url, batch }: TracingConfig,
  log: Logger,
): Promise<SpanProcessor> {
  if (name === 'console') return new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() });
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  const exporter = new OTLPTraceExporter(url === undefined ? {} : { url });
  return new BatchSpanProcessor({ ...batch, exporter: tellingFailures(exporter, log) });
}

/** The SDK says nothing of spans that it cannot send. Told once for as long as it lasts. */
function tellingFailures(exporter: SpanExporter, log: Logger): SpanExporter {
  let fails = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result: ExportResult) => {
        const failed = result.code !== ExportResultCode.SUCCESS;
        if (failed && !fails) log.warn({ err: result.error }, 'Traces cannot be sent; trying on');
        if (!failed && fails) log.info('Traces can be sent again');
        fails = failed;
        done(result);
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

function samplerOf({ sampler, ratio }: TracingConfig): Sampler {
  const root = sampler.endsWith('always_on')
    ? new AlwaysOnSampler()
    : sampler.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(ratio);
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

async function closeWithin(provider: TracerProvider, ms: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([provider.shutdown().catch(() => undefined), late]);
  clearTimeout(timer);
}
