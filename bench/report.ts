import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import path from 'node:path';
import { version as duckdb } from '@duckdb/node-api';
import { CONNECTIONS, SECONDS } from './load.ts';
import { DAYS, DEVICES, OBJECTS, ROOT } from './options.ts';
import type { Row } from './rows/row.ts';

const FILE = path.join(ROOT, 'docs', 'BENCHMARKS.md');

const HEAD = `# Benchmarks

What an answer costs, against something that anybody can measure on the same machine. \`npm run bench\` measures both sides
in one run, in turns, and writes this file; \`npm run bench -- --readings 50000000\` adds or replaces the table of another
size. Absolute figures are those of the machine named, with the client on the same cores; the ratios are what counts.
`;

const TAIL = `## How it is measured

- The service is \`src/main.ts\` in a process of its own, with default settings but for the data, its state and
  \`REFRESH_SECONDS\`. It is waited for until \`dataset { rolledUp }\`.
- HTTP: autocannon, ${CONNECTIONS} connections unless a row says otherwise, two or three rounds of each side in turns; the median counts.
  Any error or refusal ends the run.
- Bare Yoga is \`createYoga\` with the service's own schema and resolvers that return the service's own answers; before it
  is measured, both must give the same answer. It has no response cache, the service has.
- The rows on SQL over the objects run the files of \`queries/\`, unchanged, in every request and send the rows as JSON,
  which is what a service without rollups does. 300× is the target for 50 million readings.
- The first build and the one scan take turns in one process and on one engine, so both find what DuckDB keeps of the
  objects (checked against their ETags) in its cache. The build includes the commit to disk.
- Memory is what the operating system calls available to all, not what the service takes.

## Not measured yet

| What | Against | Target |
|---|---|---|
| memory of the first build of 500 million readings | | ≤ 2 GiB |
| one new object in a bucket of 10,000 objects | building that object alone | ≤ 2 s more, no other object read |
| restart with a kept store of 10,000 objects | | ready ≤ 2 s |
| latency of \`overview\` as readings grow 1 M → 10 M → 100 M → 500 M | | flat (≤ 1.2×) |
| heap over 200,000 requests with ever new variables | | flat |
| all of the above over 500 million readings | | as above |
`;

export interface Run {
  readonly readings: number;
  readonly place: string;
  readonly rows: readonly Row[];
}

/** Writes the run into the document; runs of other sizes stay. @returns the run's table */
export async function writeReport(run: Run): Promise<string> {
  const before = await readFile(FILE, 'utf8').catch(() => '');
  const kept = [...before.matchAll(/<!-- run (\d+) -->\n([\s\S]*?)<!-- end -->/g)];
  const sections = new Map(kept.map(([, readings, text]) => [Number(readings), text ?? '']));
  sections.set(run.readings, section(run));
  const runs = [...sections]
    .sort(([a], [b]) => a - b)
    .map(([readings, text]) => `<!-- run ${readings} -->\n${text}<!-- end -->\n`);
  await writeFile(FILE, [HEAD, ...runs, TAIL].join('\n'));
  return table(run.rows);
}

function section({ readings, place, rows }: Run): string {
  const missed = rows.filter(({ met }) => !met);
  const reasons = Map.groupBy(missed, ({ ifMissed }) => ifMissed);
  const notes = [...reasons].map(([reason, of]) => `- ${of.map(({ what }) => what).join('; ')}: ${reason}`);
  return `## ${readings.toLocaleString('en')} readings

${new Date().toISOString().slice(0, 10)} · ${machine()} · Node.js ${process.versions.node} · DuckDB ${duckdb().replace('v', '')} ·
${DEVICES} devices, ${DAYS} days, ${OBJECTS} objects in ${place} · rounds of ${SECONDS} s.

${table(rows)}
${notes.length > 0 ? `\nMissed:\n\n${notes.join('\n')}\n` : ''}`;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ what, ours, against, theirs, target, measured, met }) =>
      `| ${[what, ours, against, theirs, target, measured, met ? 'yes' : '**no**'].join(' | ')} |`,
  );
  return ['| What | | Against | | Target | Measured | Met |', '|---|--:|---|--:|--:|--:|---|', ...lines].join(
    '\n',
  );
}

function machine(): string {
  const model = cpus()[0]?.model.trim() || 'unknown processor';
  return `${availableParallelism()} cores (${model}), ${Math.round(totalmem() / 1024 ** 3)} GiB`;
}
