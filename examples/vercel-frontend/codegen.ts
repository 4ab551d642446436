import type { CodegenConfig } from '@graphql-codegen/cli';
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';

/** Types for the documents in src/, and the manifest of these documents that the function in api/ answers from. */
const config: CodegenConfig = {
  // The address of your service works as well: http://127.0.0.1:8000/graphql.
  schema: '../../schema/schema.graphql',
  documents: 'src/**/*.{ts,tsx}',
  generates: {
    './src/gql/': {
      preset: 'client',
      // The caches of Apollo and urql go by it. Both would add it themselves, but only the text of a document that nobody sends.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: {
          Date: 'string',
          DateTime: 'string',
          Duration: 'string',
          TimeZone: 'string',
          SafeInt: 'number',
          TimeColumn: 'number[]',
          NumberColumn: '(number | null)[]',
          JSON: 'unknown',
        },
      },
    },
  },
};

export default config;
