import { startBenchServer } from '../child.ts';
import type { Data } from '../data.ts';
import { load, loadCalls, sideBySide } from '../load.ts';
import { type Row, requestsRow } from './row.ts';

const SUMMARIES = [
  { path: 'overview', query: 'overview' },
  { path: 'devices', query: 'devices' },
  { path: 'daily-summary', query: 'daily_summary' },
  { path: 'devices/latest', query: 'device_latest' },
];
/** More clients only wait in the engine's queue. */
const USUAL = { rounds: 2, clients: 8 };
/** One scan takes up to a minute here, on all cores. */
const LARGE = { rounds: 1, clients: 1 };
const LARGE_READINGS = 100_000_000;

/**
 * REST from the rollups against the same question put to the objects in every request.
 * @param state for the rollups that the scanning service makes as well, but does not answer from
 */
export async function scanRows(service: string, { settings, readings }: Data, state: string): Promise<Row[]> {
  const { rounds, clients } = readings < LARGE_READINGS ? USUAL : LARGE;
  const scanning = await startBenchServer('scan-server.ts', {
    ...settings,
    LOG_LEVEL: 'error',
    REFRESH_SECONDS: '86400',
    STATEMENT_TIMEOUT_SECONDS: '3600',
    STATE_DIR: state,
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
      const theirs = async () => (await loadCalls(scan, { connections: clients })).perSecond;
      if (rounds > 1) await scan();
      await load(`${service}/${summary.path}`, [], { seconds: 1 });
      rows.push(
        requestsRow(
          {
            what: `\`GET /${summary.path}\`, 32 connections`,
            against: `its SQL over the objects in every request, ${clients === 1 ? 'one client' : `${clients} clients`}`,
            ...(await sideBySide(rounds, ours, theirs)),
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
