import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NamedQuery, QueryParameter } from '../../../schema/query-types.ts';
import { Describer } from '../../catalog/describer.ts';
import { loadQueries, readQueryTexts } from '../../catalog/load-queries.ts';
import { describeProblem } from '../../catalog/query-problem.ts';
import { PACKAGE_ROOT } from '../../package-root.ts';
import { EXIT } from '../fail.ts';

/** `telemetry-api queries check [folder]`: all mistakes of all query files, and what becomes of those without. */
export async function checkQueries(folder = path.join(PACKAGE_ROOT, 'queries')): Promise<void> {
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
    if (problems.length > 0) process.exitCode = EXIT.failed;
  } finally {
    await describer.close();
    await rm(scratch, { recursive: true, force: true });
  }
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
