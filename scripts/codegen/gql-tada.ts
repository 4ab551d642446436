import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';
import { type GraphQLSchema, introspectionFromSchema } from 'graphql';

/**
 * A plug-in of graphql-codegen: what `gql.tada generate-output` writes for a schema. That command itself reads
 * tsconfig.json through TypeScript's older programming interface, which version 7 does not have.
 */
export function plugin(schema: GraphQLSchema): string {
  return outputIntrospectionFile(minifyIntrospection(introspectionFromSchema(schema)), {
    fileType: '.d.ts',
    shouldPreprocess: true,
  });
}
