import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import path from 'node:path';
import { version as duckdb } from '@duckdb/node-api';
import { CONNECTIONS, SECONDS } from './load.ts';
import { NEW_OBJECTS, ROOT } from './options.ts';
import type { Row } from './rows/row.ts';

const FILE = path.join(ROOT, 'docs', 'BENCHMARKS.md');

const HEAD = `# Benchmarks

What an answer costs, against something that anybody can measure on the same machine. \`npm run bench\` measures both sides
in one run, in turns, and writes this file; \`npm run bench -- --full\` takes longer and adds or replaces the tables of more
readings, requests and objects, and \`npm run bench -- --trino\` those of a Trino cluster. Absolute figures are those of the machine named, with the client on the same cores; the ratios are what counts.
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
- Over 100 million readings and more, a row on SQL over the objects has one client and one round without a warm-up, since
  one of its requests takes up to a minute; the first build has one round, too.
- The first build and the one scan take turns in one process and on one engine, so both find what DuckDB keeps of the
  objects (checked against their ETags) in its cache. The build includes the commit to disk.
- Peak memory is \`VmHWM\` of the service's process: all that it ever held at a time, DuckDB's part included, from its start
  with an empty \`STATE_DIR\` to \`rolledUp\`. The memory in a section's head is that of the machine.
- A new object is a copy of the last one under another key. The service is asked to refresh at once, through a proxy that
  sees every request to the store; any request for another object ends the run.
- Growth: for each number of readings a service of its own, all up at once and asked in turns by one client, four rounds
  of 1 s. The median of the rounds' p50 counts.
- A stall is the time between two looks of a timer of 1 ms in the service; the median of five rounds for each answer, and the
  longest of these. What the thread computed meanwhile is told beside it.
- Heap: 32 connections ask for the days of two devices, and no two requests have the same devices and days. The response
  cache has 4 MiB, so that it is full after the first fifth of the requests, when the baseline is taken. What is compared
  is \`heapUsed\` + \`external\` after two full collections, which a preloaded module makes in the service.
- Subscribers: each over a connection of its own, to the hours of one device over all days. A copy of the last object comes and goes,
  so each of them hears of each change; the service is asked to refresh at once.
- Trino: a real one of one node over the same S3 server, with the table that \`npm run trino:register\` makes, on the same cores as
  the service and the client, and \`TRINO_MIN_SCAN_BYTES=0\`. The JVM compiles what runs often, so both sides run as often before they are
  measured, in turns. What is sent straight to the cluster is the text that the service sent, as the cluster's own list of queries
  has it; it is posted by the plain protocol and read to its end. Statements are counted in that list, too.
- New objects on Trino: ${NEW_OBJECTS} of them are put into the bucket, and a service with the cluster and one without are asked to refresh,
  in this order, three times. DuckDB keeps what it has read of an object while the process runs; the cluster reads every object from the store.
`;

const NO_TRINO = 'The rows of Trino are left out: `npm run bench -- --trino` measures them.\n';

/** One table of the document. */
export interface Section {
  /** The number of readings, or a name. */
  readonly key: string;
  readonly title: string;
  /** What was measured over. */
  readonly facts: string;
  readonly rows: readonly Row[];
}

/** Writes the section into the document; all others stay. @returns the section's table */
export async function writeSection(section: Section): Promise<string> {
  const before = await readFile(FILE, 'utf8').catch(() => '');
  const kept = [...before.matchAll(/<!-- run (\S+) -->\n([\s\S]*?)<!-- end -->/g)];
  const sections = new Map(kept.map(([, key = '', text = '']) => [key, text]));
  sections.set(section.key, format(section));
  const ordered = [...sections]
    .sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }))
    .map(([key, text]) => `<!-- run ${key} -->\n${text}<!-- end -->\n`);
  if (![...sections.keys()].some((key) => key.startsWith('trino-'))) ordered.push(NO_TRINO);
  await writeFile(FILE, [HEAD, ...ordered, TAIL].join('\n'));
  return table(section.rows);
}

function format({ title, facts, rows }: Section): string {
  const missed = rows.filter(({ met }) => met === false);
  const reasons = Map.groupBy(missed, ({ ifMissed }) => ifMissed);
  const causes = [...reasons].map(([reason, of]) => `- ${of.map(({ what }) => what).join('; ')}: ${reason}`);
  const notes = rows.flatMap(({ what, note }) => (note === undefined ? [] : `- ${what}: ${note}.`));
  return `## ${title}

${new Date().toISOString().slice(0, 10)} · ${machine()} · Node.js ${process.versions.node} · DuckDB ${duckdb().replace('v', '')} ·
${facts} · rounds of ${SECONDS} s.

${table(rows)}
${list('Missed', causes)}${list('Beside these figures', notes)}`;
}

function list(title: string, lines: readonly string[]): string {
  return lines.length > 0 ? `\n${title}:\n\n${lines.join('\n')}\n` : '';
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ what, ours, against, theirs, target, measured, met }) =>
      `| ${[what, ours, against, theirs, target, measured, verdict(met)].join(' | ')} |`,
  );
  return ['| What | | Against | | Target | Measured | Met |', '|---|--:|---|--:|--:|--:|---|', ...lines].join(
    '\n',
  );
}

function verdict(met: Row['met']): string {
  if (met === null) return '–';
  return met ? 'yes' : '**no**';
}

function machine(): string {
  const model = cpus()[0]?.model.trim() || 'unknown processor';
  return `${availableParallelism()} cores (${model}), ${Math.round(totalmem() / 1024 ** 3)} GiB`;
}
