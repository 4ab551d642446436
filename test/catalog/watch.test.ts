import { once } from 'node:events';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { appWithQueries } from '../support/queries-app.ts';

const ONE = 'SELECT 1 AS a';

/** The app as `npm run dev` starts it, and the lines of its log as they come. */
async function watchedApp(files: Readonly<Record<string, string>>) {
  const stream = new PassThrough();
  const lines = createInterface(stream);
  const said: string[] = [];
  lines.on('line', (line) => said.push(JSON.parse(line).msg));
  const app = await appWithQueries(files, {
    environment: { WATCH_QUERIES: 'true' },
    log: pino({ level: 'info' }, stream),
  });
  await app.refresh();
  /** Resolves when a line of the log has these words. */
  const says = async (words: string) => {
    while (!said.some((line) => line.includes(words))) await once(lines, 'line');
    return said.splice(0).filter((line) => line.includes(words));
  };
  /** In one step, so that no half of it is looked at. */
  const save = async (name: string, text: string) => {
    const file = path.join(app.queriesDirectory, name);
    await writeFile(`${file}~`, text);
    await rename(`${file}~`, file);
  };
  const rows = async (name: string) => (await (await app.get(`/queries/${name}`)).json()).rows;
  return { ...app, says, save, rows };
}

test('a saved file is live at once, everywhere', async () => {
  const { says, save, rows, ask, get, executeQuery } = await watchedApp({ 'q.sql': ONE });
  expect(await rows('q')).toEqual([{ a: 1 }]);
  await save('q.sql', "SELECT 2 AS a, 'new' AS b");
  await says('Queries loaded anew');
  expect(await rows('q')).toEqual([{ a: 2, b: 'new' }]);
  expect(await ask('{ q { rows { a b } } }')).toEqual({ q: { rows: [{ a: 2, b: 'new' }] } });
  expect(await executeQuery('q')).toEqual([{ a: 2, b: 'new' }]);

  await save('more.sql', `-- ---\n-- parameters: { n: { type: Int, example: 3 } }\n-- ---\nSELECT $n AS n`);
  await says('Queries loaded anew');
  expect(await ask('{ more(n: 5) { rows { n } } q { rows { a } } }')).toEqual({
    more: { rows: [{ n: 5 }] },
    q: { rows: [{ a: 2 }] },
  });
  expect(Object.keys((await (await get('/openapi.json')).json()).paths)).toContain('/queries/more');
  const html = await (await get('/graphql', { headers: { accept: 'text/html' } })).text();
  expect(html).toContain('more(n: 3)');
});

test('files that are renamed or removed take their names along', async () => {
  const { says, rows, get, post, queriesDirectory } = await watchedApp({
    'q.sql': ONE,
    'r.sql': 'SELECT 2 AS a',
  });
  await rename(path.join(queriesDirectory, 'q.sql'), path.join(queriesDirectory, 's.sql'));
  await says('Queries loaded anew');
  expect(await rows('s')).toEqual([{ a: 1 }]);
  expect((await get('/queries/q')).status).toBe(404);
  await rm(path.join(queriesDirectory, 'r.sql'));
  await says('Queries loaded anew');
  expect((await get('/queries/r')).status).toBe(404);
  expect((await post('{ r { truncated } }')).errors).toHaveLength(1);
});

test('a broken file leaves its old version serving, says why, and hinders no other; mended, it is live', async () => {
  const { says, save, rows, ask } = await watchedApp({ 'q.sql': ONE, 'r.sql': ONE });
  await save('q.sql', 'SELECT 2 AS a;\nDROP TABLE t');
  expect(await says('q.sql')).toEqual([
    'queries/q.sql:2: expected exactly one SELECT, but here begins another statement. The version before goes on serving, if there is one',
  ]);
  expect(await rows('q')).toEqual([{ a: 1 }]);
  await save('r.sql', 'SELECT 3 AS a');
  await says('Queries loaded anew');
  expect(await ask('{ q { rows { a } } r { rows { a } } }')).toEqual({
    q: { rows: [{ a: 1 }] },
    r: { rows: [{ a: 3 }] },
  });
  await save('new.sql', 'SELEC 1');
  await says('queries/new.sql:1: expected a SELECT, but got SELEC');
  await save('q.sql', 'SELECT 4 AS a');
  await says('Queries loaded anew');
  expect(await rows('q')).toEqual([{ a: 4 }]);
});

test('answers of before are not given again, and an operation under way is answered by what it began with', async () => {
  const slow = 'SELECT count(*) AS a FROM range(30000000) AS numbers(i) WHERE i % 7 = 3';
  const { says, save, get, ask } = await watchedApp({ 'q.sql': ONE, 'slow.sql': slow });
  const etag = (await get('/queries/q')).headers.get('etag') ?? '';
  expect((await get('/queries/q', { headers: { 'if-none-match': etag } })).status).toBe(304);
  const asked = ask('{ slow { rows { a } } }');
  await save('q.sql', 'SELECT 2 AS a');
  await save('slow.sql', "SELECT 'text' AS b");
  await says('Queries loaded anew');
  expect(await asked).toEqual({ slow: { rows: [{ a: 4285714 }] } });
  const after = await get('/queries/q', { headers: { 'if-none-match': etag } });
  expect([after.status, (await after.json()).rows]).toEqual([200, [{ a: 2 }]]);
});

test('without the setting, saved files wait for a restart', async () => {
  const { get, queriesDirectory } = await appWithQueries({ 'q.sql': ONE });
  await writeFile(path.join(queriesDirectory, 'q.sql'), 'SELECT 2 AS a');
  expect((await (await get('/queries/q')).json()).rows).toEqual([{ a: 1 }]);
});
