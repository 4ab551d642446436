import type { Telemetry } from '../../../schema/context.ts';
import { boundedJson } from '../answer-size.ts';
import { answerFromOneSnapshot, type Operations } from '../operation.ts';
import type { RouteHandler } from '../plugins/use-routes.ts';

export type Answer = (telemetry: Telemetry, url: URL) => Promise<Response>;

/** Answers a path from one snapshot, which the headers name. */
export function answerOver(operations: Operations, ask: Answer): RouteHandler {
  return (request, url) =>
    answerFromOneSnapshot(operations, request, async (telemetry) => {
      const response = await boundedJson(await ask(telemetry, url), operations.maxAnswerBytes);
      const { version, coverage } = await telemetry.dataset();
      response.headers.set('x-dataset-version', version);
      response.headers.set('x-dataset-coverage', String(coverage));
      return response;
    });
}
