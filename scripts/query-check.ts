import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NamedQuery, QueryParameter } from '../schema/query-types.ts';
import { Describer } from '../src/catalog/describer.ts';
import { loadQueries, readQueryTexts } from '../src/catalog/load-queries.ts';
import { describeProblem } from '../src/catalog/query-problem.ts';

/** `npm run query:check [folder]`: all mistakes of all query files, and what becomes of those without. */
const folder = process.argv[2] ?? path.join(import.meta.dirname, '..', 'queries');
const scratch = await mkdtemp(path.join(tmpdir(), 'telemetry-queries-'));
const describer = await Describer.create(scratch);
try {
  const { files, problems } = await loadQueries(describer, await readQueryTexts(folder));
  for (const { query, notes } of files) {
    console.log(describe(query));
    for (const note of notes) console.log(`  note: ${note}`);
    console.log('');
  }
  for (const problem of problems) console.error(describeProblem(problem));
  console.log(`${files.length} queries are fine, ${problems.length} mistakes`);
  if (problems.length > 0) process.exitCode = 1;
} finally {
  await describer.close();
  await rm(scratch, { recursive: true, force: true });
}

function describe({ name, description, parameters, columns, field, cacheSeconds }: NamedQuery): string {
  const faces = [`GET /queries/${name}`, ...(field && columns !== null ? ['GraphQL'] : [])];
  const cache = cacheSeconds === undefined ? 'as long as the objects are the same' : `${cacheSeconds} s`;
  return [
    `${name}: ${description}`,
    `  ${faces.join(', ')}; answers are kept ${cache}`,
    ...parameters.map((parameter) => `  $${parameter.name}: ${describeParameter(parameter)}`),
    ...(columns ?? []).map((column) => `  ${column.name}: ${column.duckdbType} → ${typeText(column.type)}`),
  ].join('\n');
}

function describeParameter({ type, list, required, default: standard, min, max, values }: QueryParameter) {
  const facts = [
    required ? 'required' : standard === undefined ? 'optional' : `default ${JSON.stringify(standard)}`,
    ...(min === undefined ? [] : [`min ${min}`]),
    ...(max === undefined ? [] : [`max ${max}`]),
    ...(values === undefined ? [] : [`one of ${values.join(', ')}`]),
  ];
  return `${list ? `[${type}]` : type}, ${facts.join(', ')}`;
}

function typeText(type: NonNullable<NamedQuery['columns']>[number]['type']): string {
  switch (type.kind) {
    case 'scalar':
      return type.scalar;
    case 'list':
      return `[${typeText(type.of)}]`;
    case 'map':
      return `[{ key: ${typeText(type.key)}, value: ${typeText(type.value)} }]`;
    case 'object':
      return `{ ${type.fields.map((field) => `${field.graphqlName}: ${typeText(field.type)}`).join(', ')} }`;
  }
}
