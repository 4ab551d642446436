import path from 'node:path';
import { startBenchServer } from '../child.ts';
import type { Data } from '../data.ts';
import { load, loadCalls, sideBySide } from '../load.ts';
import { CACHE } from '../options.ts';
import { type Row, requestsRow } from './row.ts';

const SUMMARIES = [
  { path: 'overview', query: 'overview' },
  { path: 'devices', query: 'devices' },
  { path: 'daily-summary', query: 'daily_summary' },
  { path: 'devices/latest', query: 'device_latest' },
];
const ROUNDS = 2;
/** More only wait in the engine's queue. */
const SCANNING_CLIENTS = 8;

/** REST from the rollups against the same question put to the objects in every request. */
export async function scanRows(service: string, { settings }: Data, readings: number): Promise<Row[]> {
  const scanning = await startBenchServer('scan-server.ts', {
    ...settings,
    LOG_LEVEL: 'error',
    REFRESH_SECONDS: '86400',
    STATE_DIR: path.join(CACHE, 'state-scans'),
  });
  try {
    const rows: Row[] = [];
    for (const summary of SUMMARIES) {
      const scan = async () => {
        const response = await fetch(`${scanning.url}/${summary.query}`);
        if (!response.ok) throw new Error(await response.text());
        await response.arrayBuffer();
      };
      const ours = async () => (await load(`${service}/${summary.path}`, [])).perSecond;
      const theirs = async () => (await loadCalls(scan, { connections: SCANNING_CLIENTS })).perSecond;
      await scan();
      await load(`${service}/${summary.path}`, [], { seconds: 1 });
      rows.push(
        requestsRow(
          {
            what: `\`GET /${summary.path}\`, 32 connections`,
            against: `its SQL over the objects in every request, ${SCANNING_CLIENTS} clients`,
            ...(await sideBySide(ROUNDS, ours, theirs)),
            ifMissed:
              readings < 50_000_000
                ? 'The target is for 50 million readings; a scan costs less with fewer, an answer from the rollups the same.'
                : 'The time of a request here is HTTP and the size of the answer, no longer the summary.',
          },
          300,
        ),
      );
    }
    return rows;
  } finally {
    await scanning.stop();
  }
}
