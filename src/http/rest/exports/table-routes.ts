import type { Routes } from '../../plugins/use-routes.ts';
import { parseParameters, readingsExportParameters } from '../parameters.ts';
import { seriesOf } from '../series.ts';
import { dailySummaries, devices, latestReadings, type SummaryQuestion } from '../summaries.ts';
import { seriesTable } from './series-table.ts';
import { summaryTable } from './summary-tables.ts';
import type { TableRoute } from './table-route.ts';

/** What is answered in every format, by path. Named queries come and go: see `queryTable`. */
export function tableRoutes(json: Routes): Readonly<Record<string, TableRoute>> {
  const summary = (
    path: string,
    name: Parameters<typeof summaryTable>[0],
    question: SummaryQuestion,
  ): Record<string, TableRoute> => ({
    [path]: {
      name,
      ...jsonOf(json, path),
      open: async ({ telemetry }, url) => summaryTable(name, await question(telemetry, url)),
    },
  });
  return {
    ...summary('/devices', 'devices', devices),
    ...summary('/daily-summary', 'daily-summary', dailySummaries),
    ...summary('/devices/latest', 'devices-latest', latestReadings),
    '/series': {
      name: 'series',
      ...jsonOf(json, '/series'),
      open: async ({ telemetry }, { searchParams }) =>
        seriesTable(await seriesOf(telemetry, searchParams), searchParams.getAll('metric')),
    },
    '/readings': {
      name: 'readings',
      ...jsonOf(json, '/readings'),
      open: ({ exports }, url) => {
        const { device_id, from, to } = parseParameters(readingsExportParameters, url.searchParams);
        return exports.readings({ deviceIds: device_id ?? null, from: from ?? null, to: to ?? null });
      },
    },
  };
}

function jsonOf(json: Routes, path: string): Pick<TableRoute, 'json'> {
  const handler = json[path];
  return handler === undefined ? {} : { json: handler };
}
