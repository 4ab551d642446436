import type { CodegenConfig } from '@graphql-codegen/cli';
import { printSchema } from 'graphql';
import { schema } from './schema/index.ts';

/** `npm run codegen` writes; `npm run check` fails when what is committed differs. */
const config: CodegenConfig = {
  schema: printSchema(schema),
  documents: ['src/http/graphiql/*.graphql', 'test/**/*.graphql'],
  generates: {
    'schema/schema.graphql': {
      plugins: ['schema-ast'],
      config: { sort: true, includeDirectives: true },
    },
    'test/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
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
          SafeInt: 'number',
          TimeColumn: 'number[]',
          NumberColumn: '(number | null)[]',
        },
      },
    },
  },
};

export default config;
