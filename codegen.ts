import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { printSchema } from 'graphql';
import { schema } from './schema/index.ts';
import { withNamedQueries } from './schema/named-queries.ts';
import { Describer } from './src/catalog/describer.ts';
import { loadQueries, readQueryTexts } from './src/catalog/load-queries.ts';
import { describeProblem } from './src/catalog/query-problem.ts';

/** The schema with the fields of the repository's own query files. */
async function ownSchema(): Promise<string> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'telemetry-codegen-'));
  const describer = await Describer.create(scratch);
  try {
    const { files, problems } = await loadQueries(describer, await readQueryTexts('queries'));
    if (problems.length > 0) throw new Error(problems.map(describeProblem).join('\n'));
    return printSchema(
      withNamedQueries(
        schema,
        files.map(({ query }) => query),
      ),
    );
  } finally {
    await describer.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What the client preset makes of documents: types, texts and a manifest of persisted documents. */
function clientOf(documents: string[]): CodegenConfig['generates'][string] {
  return {
    documents,
    preset: 'client',
    presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
    config: {
      useTypeImports: true,
      enumsAsTypes: true,
      documentMode: 'string',
      importExtension: '.ts',
      emitLegacyCommonJSImports: false,
      scalars: {
        DateTime: 'string',
        Date: 'string',
        TimeZone: 'string',
        Duration: 'string',
        SafeInt: 'number',
        TimeColumn: 'number[]',
        NumberColumn: '(number | null)[]',
        JSON: 'unknown',
      },
    },
  };
}

/** `npm run codegen` writes; `npm run check` fails when what is committed differs. */
const config: CodegenConfig = {
  schema: await ownSchema(),
  generates: {
    'schema/schema.graphql': {
      plugins: ['schema-ast'],
      config: { sort: true, includeDirectives: true },
    },
    'test/generated/graphql-env.d.ts': { plugins: ['./scripts/codegen/gql-tada.ts'] },
    'test/generated/': clientOf(['src/http/graphiql/*.graphql', 'test/**/*.graphql']),
    'dashboard/generated/': clientOf(['dashboard/**/*.graphql']),
  },
};

export default config;
