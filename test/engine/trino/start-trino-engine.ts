import { inject, onTestFinished } from 'vitest';
import type { TrinoEndpoint } from '../../../src/config/trino-settings.ts';
import type { StatementListener } from '../../../src/engine/engine.ts';
import { TrinoEngine, type TrinoEngineConfig } from '../../../src/engine/trino/trino-engine.ts';

type Settings = Omit<TrinoEngineConfig, 'endpoint'> & TrinoEndpoint;

/** One over the server that all files share, or another; it closes when the test ends. */
export function startTrinoEngine(
  settings: Partial<Settings> = {},
  onStatement?: StatementListener,
): TrinoEngine {
  const {
    url = inject('trinoUrl'),
    user = 'tests',
    credentials,
    catalog = 'lake',
    schema = 'default',
    ...config
  } = settings;
  const engine = new TrinoEngine(
    {
      endpoint: { url, user, credentials, catalog, schema },
      timeoutMs: 40_000,
      maxConcurrent: 2,
      maxQueued: 100,
      maxStreams: 2,
      ...config,
    },
    onStatement,
  );
  onTestFinished(() => engine.close());
  return engine;
}

/** Runs for hours unless it is stopped. @param mark finds it in the cluster's list of queries */
export const endless = (mark = '') => ({
  name: 'endless',
  sql: `SELECT count(*) AS n /* ${mark} */
    FROM UNNEST(sequence(1, 10000)) AS a(i), UNNEST(sequence(1, 10000)) AS b(j), UNNEST(sequence(1, 10000)) AS c(k)
    WHERE (i * j * k) % 7 = 3`,
});

/** The numbers below `tens * 10,000`, each with a text, in any order. @param mark as above */
export const numbers = (tens: number, mark = '') => ({
  name: 'numbers',
  sql: `SELECT i * 10000 + j AS n, 'number ' || CAST(i * 10000 + j AS varchar) AS text /* ${mark} */
    FROM UNNEST(sequence(0, ${tens - 1})) AS a(i) CROSS JOIN UNNEST(sequence(0, 9999)) AS b(j)`,
});
