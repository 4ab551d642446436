import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
} from 'graphql';
import type { Context } from '../../schema/context.ts';
import { JsonScalar } from '../../schema/query-scalars.ts';
import { isDue, turnsOf } from '../pace.ts';

/** Shorter ones take less than a millisecond, and waiting for each of their items costs more than the items. */
const SHORT = 100;
/** Items between two looks at the clock. */
const ITEMS = 16;

/**
 * An executor completes the items of a list one after the other, and nothing else is answered meanwhile. In this schema
 * it waits now and then before the next item of a list of objects, be they of JSON, and keys that loaders gather go on being gathered.
 *
 * @param schema to be changed
 */
export function withPacedLists(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) if (isListOfObjects(field.type)) pace(field);
  }
  return schema;
}

function isListOfObjects(type: GraphQLOutputType): boolean {
  const list = getNullableType(type);
  if (!isListType(list)) return false;
  const item = getNullableType(list.ofType);
  return isCompositeType(item) || item === JsonScalar;
}

function pace(field: GraphQLField<unknown, Context>): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (parent, args, context, info) => {
    const list: unknown = resolve(parent, args, context, info);
    return list instanceof Promise ? list.then((items) => paced(items, context)) : paced(list, context);
  };
}

function paced(list: unknown, { telemetry }: Context): unknown {
  if (!Array.isArray(list) || (list.length < SHORT && !isDue())) return list;
  return { [Symbol.asyncIterator]: () => iterate(list, telemetry) };
}

function iterate(items: readonly unknown[], operation: object): AsyncIterator<unknown> {
  const turns = turnsOf(operation);
  let index = 0;
  return {
    async next() {
      if (index % ITEMS === 0 && isDue()) await turns.next();
      return index < items.length ? { value: items[index++] } : { done: true, value: undefined };
    },
  };
}
