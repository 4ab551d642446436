import type { DocumentNode } from 'graphql';

/** The id that the code generator gives a document, by which the function in api/ knows it. */
export function hashOf(document: DocumentNode): string {
  const { hash } = (document as DocumentNode & { __meta__: { hash: string } }).__meta__;
  return hash;
}
