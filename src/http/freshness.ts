import { type DocumentNode, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql';

/**
 * How long the answer to a request may be given again, in seconds, where that is not as long as the snapshot is the
 * same: for questions whose answers time or chance decide as well.
 */
export class Freshness {
  private readonly limits = new WeakMap<Request, number>();

  /** The shortest of all limits counts. */
  limit(request: Request, seconds: number | undefined): void {
    if (seconds === undefined) return;
    this.limits.set(request, Math.min(seconds, this.limits.get(request) ?? seconds));
  }

  of(request: Request): number | undefined {
    return this.limits.get(request);
  }
}

const known = new WeakMap<GraphQLSchema, WeakMap<DocumentNode, number>>();

/** The shortest `cacheSeconds` of the fields that a document names, asked for or not; undefined when none has any. */
export function freshnessOf(schema: GraphQLSchema, document: DocumentNode): number | undefined {
  const ofSchema = known.get(schema) ?? new WeakMap<DocumentNode, number>();
  known.set(schema, ofSchema);
  let seconds = ofSchema.get(document);
  if (seconds === undefined) {
    seconds = shortest(schema, document);
    ofSchema.set(document, seconds);
  }
  return seconds === Number.POSITIVE_INFINITY ? undefined : seconds;
}

function shortest(schema: GraphQLSchema, document: DocumentNode): number {
  const types = new TypeInfo(schema);
  let seconds = Number.POSITIVE_INFINITY;
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: () => {
        const limit = types.getFieldDef()?.extensions['cacheSeconds'];
        if (typeof limit === 'number') seconds = Math.min(seconds, limit);
      },
    }),
  );
  return seconds;
}
