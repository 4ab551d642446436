import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { StatementFailedError } from '../../src/errors.ts';
import { createLogger } from '../../src/log.ts';
import { openStore } from '../../src/rollup/open-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function openedIn(directory: string | undefined) {
  const { engine: config } = loadConfig({ ENGINE_MEMORY_LIMIT: '500MB' });
  const { engine } = await openStore({ directory, engine: config, log: createLogger('silent') });
  onTestFinished(() => engine.close());
  const fault = (sql: string) =>
    engine.run({ name: 'test', sql }).then(
      (rows) => expect.unreachable(`${sql} gave ${JSON.stringify(rows)}`),
      (error: StatementFailedError) => (error.cause instanceof Error ? error.cause.message : error.message),
    );
  return { engine, fault };
}

test.each(['in a file', 'in memory'])(
  'a store %s reaches no files, takes no writes and no settings',
  async (where) => {
    const directory = await temporaryFolder();
    const { engine, fault } = await openedIn(where === 'in a file' ? directory : undefined);
    const outside = path.join(directory, 'outside');
    const before = await readdir(directory);
    for (const from of [
      "read_text('/etc/passwd')",
      "read_csv('/etc/passwd')",
      `glob('${directory}/*')`,
      "read_parquet('s3://bucket/a.parquet')",
      `query('FROM read_text(''/etc/passwd'')')`,
    ]) {
      expect(await fault(`SELECT * FROM ${from}`), from).toMatch(/^Permission Error: /);
    }
    for (const sql of [
      `COPY (SELECT 1) TO '${outside}'`,
      `ATTACH '${outside}' AS other`,
      `EXPORT DATABASE '${outside}'`,
      'DELETE FROM partials',
      'WITH a AS (SELECT 1) UPDATE state SET version = NULL',
      'SET enable_external_access = true',
      'LOAD httpfs',
    ]) {
      expect(await fault(sql), sql).toMatch(/expected a SELECT|Parser Error/);
    }
    await expect(engine.execute('SET GLOBAL threads = 1')).rejects.toThrow(/configuration has been locked/);
    await expect(engine.execute(`ATTACH '${outside}' AS other`)).rejects.toThrow(/Permission Error/);
    expect(await readdir(directory)).toEqual(before);
  },
);

test('what is written after the lock is checkpointed, and there when the file is opened again', async () => {
  const directory = await temporaryFolder();
  for (let opened = 0; opened < 2; opened++) {
    const { engine } = await openedIn(directory);
    await engine.transaction(async (connection) => {
      await connection.run(`UPDATE state SET version = 'v${opened}'`);
      await connection.run('CREATE TEMP TABLE touched AS SELECT 1 AS a');
      await connection.run('DROP TABLE touched');
    });
    await engine.execute('CHECKPOINT');
    await engine.transaction(async (connection) => {
      await connection.run(`UPDATE state SET version = version || ', and once more'`);
    });
    await engine.close();
  }
  const { version } = await openStore({
    directory,
    engine: loadConfig({ ENGINE_MEMORY_LIMIT: '500MB' }).engine,
    log: createLogger('silent'),
  }).then(async ({ engine, ...state }) => {
    await engine.close();
    return state;
  });
  expect(version).toBe('v1, and once more');
});
