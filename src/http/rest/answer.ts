import type { Telemetry } from '../../../schema/context.ts';
import { type Answering, answerFromOneSnapshot } from '../operation.ts';
import type { RouteHandler } from '../plugins/use-routes.ts';

export type Answer = (telemetry: Telemetry, url: URL) => Promise<Response>;

/** Answers a path from one snapshot, which the headers name. */
export function answerOver(answering: Answering, ask: Answer): RouteHandler {
  return (request, url) =>
    answerFromOneSnapshot(answering, request, async (telemetry) => {
      const response = await ask(telemetry, url);
      const { version, coverage } = await telemetry.dataset();
      response.headers.set('x-dataset-version', version);
      response.headers.set('x-dataset-coverage', String(coverage));
      return response;
    });
}
