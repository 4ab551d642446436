import { snakeKeys } from '../../loaders/camel-case.ts';
import { mapInSlices } from '../../pace.ts';
import type { Operations } from '../operation.ts';
import { jsonResponse } from '../piecewise.ts';
import type { Routes } from '../plugins/use-routes.ts';
import { type Answer, answerOver } from './answer.ts';
import { noParameters, parseParameters } from './parameters.ts';
import { answerReadings } from './readings.ts';
import { askSeries } from './series.ts';
import { dailySummaries, devices, latestReadings, type SummaryQuestion } from './summaries.ts';

/**
 * The endpoints that the service has had from its beginning, in JSON. A thin face: they ask what GraphQL asks.
 * `tableRoutes` has the same in other formats.
 */
export function restRoutes(operations: Operations): Routes {
  const answer = (ask: Answer) => answerOver(operations, ask);
  const rowsOf = (question: SummaryQuestion) =>
    answer(async (telemetry, url) => {
      const { rows, headers = {} } = await question(telemetry, url);
      return jsonResponse(await mapInSlices(rows, snakeKeys), headers);
    });
  return {
    '/overview': answer(async (telemetry, url) => {
      parseParameters(noParameters, url.searchParams);
      return jsonResponse(snakeKeys(await telemetry.overview()));
    }),
    '/daily-summary': rowsOf(dailySummaries),
    '/devices/latest': rowsOf(latestReadings),
    '/devices': rowsOf(devices),
    '/readings': answer(answerReadings),
    '/series': answer((telemetry, url) => askSeries(telemetry, url.searchParams)),
  };
}
