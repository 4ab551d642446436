import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { mapInSlices } from '../pace.ts';

/**
 * Types whose lists have thousands of items. No interface or union has them, so a valid document applies every fragment
 * that stands in them.
 */
const ROW_TYPES: ReadonlySet<string> = new Set(['DailySummary', 'LatestReading']);

/** A row is not as its type promises. The usual execution tells the client how, and where. */
export class UnplainRowError extends Error {}

/** An executor takes this as finished: `write` has made of the rows what the selection asks for. */
const WrittenRows = new GraphQLScalarType({ name: 'WrittenRows', serialize: (rows) => rows });

/**
 * For an executor each field of each row is a call, with a path, an `info` and a completion of its own: of an answer of
 * 6,000 rows that was half the time. In this schema lists of rows are leaves, and their resolvers write each row whole.
 *
 * @param copy of the schema, its own from here on
 */
export function withPlainRows(copy: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(copy.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const rowType = rowTypeOf(field.type);
      if (rowType !== undefined) writeRows(field, rowType);
    }
  }
  return copy;
}

/** Whether a document asks of rows nothing but properties that they have: then the schema above may execute it. */
export function asksForPlainRows(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema);
  let [rows, others] = [0, 0];
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: (node) => {
        const ofRow = ROW_TYPES.has(types.getParentType()?.name ?? '');
        if (ofRow ? !isPlain(node, types.getFieldDef()) : /^__(?!typename$)/.test(node.name.value)) others++;
        else if (ofRow) rows++;
      },
    }),
  );
  return rows > 0 && others === 0;
}

type Field = GraphQLField<unknown, unknown>;

function isPlain(node: FieldNode, field: Field | null | undefined): boolean {
  // As a key of an object it would be its prototype.
  if (node.alias?.value === '__proto__') return false;
  if (node.name.value === '__typename') return true;
  return field != null && field.resolve === undefined && isLeafType(getNullableType(field.type));
}

function rowTypeOf(type: GraphQLOutputType): GraphQLObjectType | undefined {
  const list = getNullableType(type);
  if (!isListType(list) || !isNonNullType(list.ofType)) return undefined;
  const item = list.ofType.ofType;
  return isObjectType(item) && ROW_TYPES.has(item.name) ? item : undefined;
}

function writeRows(field: Field, rowType: GraphQLObjectType): void {
  const { resolve, type } = field;
  field.type = isNonNullType(type) ? new GraphQLNonNull(WrittenRows) : WrittenRows;
  field.resolve = async (parent, args, context, info) => {
    const rows: unknown = await resolve?.(parent, args, context, info);
    if (!Array.isArray(rows)) throw new UnplainRowError('not a list');
    const columns = columnsOf(rowType, info);
    return mapInSlices(rows, (row) => write(row, columns));
  };
}

interface Column {
  readonly key: string;
  readonly name: string;
  readonly required: boolean;
  readonly serialize: (value: unknown) => unknown;
}

/** In the order in which the answer has to have them: that of the first mention. */
function columnsOf(rowType: GraphQLObjectType, info: GraphQLResolveInfo): readonly Column[] {
  const columns = new Map<string, Column>();
  // Each counts once: fragments that spread the next one twice would double with each.
  const fragments = new Set<string>();
  const isIncluded = (node: SelectionNode) =>
    getDirectiveValues(GraphQLSkipDirective, node, info.variableValues)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues)?.['if'] !== false;
  const collect = (selectionSet: SelectionSetNode | undefined) => {
    for (const node of selectionSet?.selections ?? []) {
      if (!isIncluded(node)) continue;
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        if (fragments.has(node.name.value)) continue;
        fragments.add(node.name.value);
        collect(info.fragments[node.name.value]?.selectionSet);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        collect(node.selectionSet);
      } else {
        const key = node.alias?.value ?? node.name.value;
        if (!columns.has(key)) columns.set(key, columnOf(rowType, key, node.name.value));
      }
    }
  };
  for (const node of info.fieldNodes) collect(node.selectionSet);
  return [...columns.values()];
}

function columnOf(rowType: GraphQLObjectType, key: string, name: string): Column {
  if (name === '__typename') return { key, name, required: true, serialize: () => rowType.name };
  const field = rowType.getFields()[name];
  const type = field && getNullableType(field.type);
  if (!isLeafType(type)) throw new UnplainRowError(`no plain field: ${name}`);
  return { key, name, required: isNonNullType(field?.type), serialize: (value) => type.serialize(value) };
}

function write(row: unknown, columns: readonly Column[]): Record<string, unknown> {
  if (!isRow(row)) throw new UnplainRowError('not a row');
  const written: Record<string, unknown> = {};
  for (const { key, name, required, serialize } of columns) {
    const value = name === '__typename' ? name : row[name];
    if (value == null) {
      if (required) throw new UnplainRowError(`${name} is missing`);
      written[key] = null;
    } else {
      written[key] = plainly(serialize, value);
    }
  }
  return written;
}

function isRow(row: unknown): row is Readonly<Record<string, unknown>> {
  return typeof row === 'object' && row !== null && !(row instanceof Error) && !('then' in row);
}

function plainly(serialize: (value: unknown) => unknown, value: unknown): unknown {
  if (typeof value === 'object' || typeof value === 'function') throw new UnplainRowError('no plain value');
  try {
    const serialized = serialize(value);
    if (serialized != null) return serialized;
  } catch (cause) {
    throw new UnplainRowError('cannot be serialized', { cause });
  }
  throw new UnplainRowError('serialized to nothing');
}
