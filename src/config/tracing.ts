import { z } from 'zod';
import { whole } from '../setting-values.ts';

/** What OpenTelemetry's own variables say about traces, under the names of its specification. */
export interface TracingConfig {
  readonly exporters: readonly ('otlp' | 'console')[];
  readonly protocol: 'http/protobuf' | 'http/json';
  /** Where spans are sent, with its path; unset: a collector on this machine. */
  readonly url: string | undefined;
  readonly serviceName: string | undefined;
  readonly sampler: SamplerName;
  /** The share of traces that are kept, of samplers by ratio. */
  readonly ratio: number;
  /** The caller's W3C trace context is continued. */
  readonly continues: boolean;
  readonly batch: {
    readonly maxQueueSize?: number;
    readonly maxExportBatchSize?: number;
    readonly scheduledDelayMillis?: number;
    readonly exportTimeoutMillis?: number;
  };
}

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
type SamplerName = (typeof SAMPLERS)[number];

const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: ({ input }) => `expected one of ${values.join(', ')}, but got: ${String(input)}` });

const listOf = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z
    .string()
    .transform((list) => list.split(',').map((one) => one.trim()))
    .pipe(z.array(oneOf(...values)));

const count = whole(0, Number.MAX_SAFE_INTEGER).optional();

const url = z
  .string()
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    // It may hold a password, so it is not repeated.
    error: 'expected a URL like http://collector:4318; what came is not shown here',
  })
  .optional();

// gRPC would take a client of its own, of more code than all else here together; collectors take HTTP as well.
const protocol = oneOf('http/protobuf', 'http/json').optional();

const variables = z.object({
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_EXPORTER: listOf('otlp', 'console', 'none').optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol,
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_TRACES_SAMPLER: oneOf(...SAMPLERS).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .refine((value) => Number(value) >= 0 && Number(value) <= 1, {
      error: ({ input }) => `expected a number from 0 to 1, but got: ${String(input)}`,
    })
    .transform(Number)
    .default(1),
  OTEL_PROPAGATORS: listOf('tracecontext', 'baggage', 'none').optional(),
  OTEL_BSP_MAX_QUEUE_SIZE: count,
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: count,
  OTEL_BSP_SCHEDULE_DELAY: count,
  OTEL_BSP_EXPORT_TIMEOUT: count,
});

/** The variables that are read here. Exporter and resource read those of headers, certificates and attributes themselves. */
export const TRACING_VARIABLES = Object.keys(variables.shape);

/**
 * @param set variables that are not empty
 * @returns undefined when nothing switches traces on: no exporter is named, and no endpoint
 */
export function tracingConfig(
  set: Readonly<Record<string, string | undefined>>,
): { readonly tracing: TracingConfig | undefined } | { readonly problems: readonly string[] } {
  if (set['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return { tracing: undefined };
  const { success, data: env, error } = variables.safeParse(set);
  if (!success) {
    return { problems: error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`) };
  }
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const own = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const isOn = env.OTEL_TRACES_EXPORTER ?? ((base ?? own) ? ['otlp'] : ['none']);
  if (isOn.includes('none')) return { tracing: undefined };
  return {
    tracing: {
      exporters: [...new Set(isOn)].filter((name) => name !== 'none'),
      protocol: env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf',
      url: own ?? (base && `${base.replace(/\/$/, '')}/v1/traces`),
      serviceName: env.OTEL_SERVICE_NAME,
      sampler: env.OTEL_TRACES_SAMPLER,
      ratio: env.OTEL_TRACES_SAMPLER_ARG,
      continues: env.OTEL_PROPAGATORS?.includes('tracecontext') ?? true,
      batch: withoutUnset({
        maxQueueSize: env.OTEL_BSP_MAX_QUEUE_SIZE,
        maxExportBatchSize: env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
        scheduledDelayMillis: env.OTEL_BSP_SCHEDULE_DELAY,
        exportTimeoutMillis: env.OTEL_BSP_EXPORT_TIMEOUT,
      }),
    },
  };
}

function withoutUnset(values: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}
