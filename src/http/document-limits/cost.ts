import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  getOperationAST,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  valueFromASTUntyped,
} from 'graphql';
import {
  ASSUMED_ITEMS,
  COLUMN_VALUES_A_FIELD,
  type FieldSize,
  type ListSize,
  sizeOf,
} from '../../../schema/field-size.ts';

export interface CostedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  /** As they came. */
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
}

const COLUMN_TYPES: ReadonlySet<string> = new Set(['TimeColumn', 'NumberColumn']);

/** Lists of introspection but `types` are short. */
const INTROSPECTION_ITEMS = 10;

/**
 * How many values an answer may have: each field is one, below a list it counts once for each item. Sizes of lists are what
 * arguments ask for, else what the schema assumes (`schema/field-size.ts`). Pure, and done before anything is asked.
 * @returns 0 for what execution will refuse anyway
 */
export function costOf({ schema, document, operationName, variableValues }: CostedOperation): number {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return 0;
  return new CostCounter(schema, document, variablesOf(operation, variableValues)).ofSelections(
    operation.selectionSet,
    root,
    undefined,
  );
}

class CostCounter {
  private readonly schema: GraphQLSchema;
  private readonly variables: Readonly<Record<string, unknown>>;
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  /** By name and the size of the next list: fragments that spread the next one twice would double with each. */
  private readonly known = new Map<string, number>();

  constructor(
    schema: GraphQLSchema,
    { definitions }: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
  ) {
    this.schema = schema;
    this.variables = variables;
    for (const definition of definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition);
    }
  }

  /** @param below the size of the next list below, where it has been told */
  ofSelections(
    selectionSet: SelectionSetNode,
    type: GraphQLOutputType | undefined,
    below: number | undefined,
  ): number {
    let cost = 0;
    for (const selection of selectionSet.selections) {
      if (!this.isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) cost += this.ofField(selection, type, below);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) cost += this.ofFragment(selection.name.value, below);
      else
        cost += this.ofSelections(
          selection.selectionSet,
          this.typeNamed(selection.typeCondition?.name.value) ?? type,
          below,
        );
    }
    return cost;
  }

  private ofFragment(name: string, below: number | undefined): number {
    const key = `${name} ${below}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const fragment = this.fragments.get(name);
    const cost =
      fragment === undefined
        ? 0
        : this.ofSelections(fragment.selectionSet, this.typeNamed(fragment.typeCondition.name.value), below);
    this.known.set(key, cost);
    return cost;
  }

  private ofField(node: FieldNode, parent: GraphQLOutputType | undefined, told: number | undefined): number {
    const field = this.fieldOf(node.name.value, parent);
    if (field === undefined) return 1;
    const named = getNamedType(field.type);
    const size = this.sizeOf(field, parent);
    const below = size.below && this.items(size.below, node, field);
    if (isLeafType(named)) {
      if (size.items !== undefined && isListType(getNullableType(field.type)))
        return 1 + this.items(size.items, node, field);
      return COLUMN_TYPES.has(named.name) ? 1 + (told ?? ASSUMED_ITEMS) / COLUMN_VALUES_A_FIELD : 1;
    }
    if (node.selectionSet === undefined) return 1;
    if (!isListType(getNullableType(field.type)))
      return 1 + this.ofSelections(node.selectionSet, named, below ?? told);
    const items = size.items === undefined ? (told ?? ASSUMED_ITEMS) : this.items(size.items, node, field);
    // What was told is used up by the list that it is about, and passes by those that know their own size.
    const next = below ?? (size.items === undefined ? undefined : told);
    const most = (size.together ?? Number.POSITIVE_INFINITY) / Math.max(1, items);
    return 1 + items * this.ofSelections(node.selectionSet, named, next && Math.min(next, most));
  }

  private sizeOf(field: GraphQLField<unknown, unknown>, parent: GraphQLOutputType | undefined): FieldSize {
    if (parent === undefined || !isCompositeType(parent) || !isIntrospectionType(parent)) {
      return sizeOf(field.extensions);
    }
    const isAll = parent.name === '__Schema' && field.name === 'types';
    return {
      items: { assumed: isAll ? Object.keys(this.schema.getTypeMap()).length : INTROSPECTION_ITEMS },
    };
  }

  private items(
    { by = [], assumed, each = 1, most = Number.POSITIVE_INFINITY }: ListSize,
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
  ): number {
    const given = by.flatMap((path) => this.countAt(path, node, field) ?? []);
    return Math.min(given.length === 0 ? assumed : Math.min(...given), most) * each;
  }

  private countAt(path: string, node: FieldNode, field: GraphQLField<unknown, unknown>): number | undefined {
    const [name, ...keys] = path.split('.');
    const argument = node.arguments?.find((one) => one.name.value === name);
    let value: unknown =
      argument === undefined
        ? field.args.find((one) => one.name === name)?.defaultValue
        : valueFromASTUntyped(argument.value, this.variables);
    for (const key of keys) value = (value as Record<string, unknown> | null | undefined)?.[key];
    if (Array.isArray(value)) return value.length;
    // One value in place of a list of values is a list of one.
    if (typeof value === 'string') return 1;
    return typeof value === 'number' ? Math.max(0, value) : undefined;
  }

  private fieldOf(
    name: string,
    parent: GraphQLOutputType | undefined,
  ): GraphQLField<unknown, unknown> | undefined {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  }

  private typeNamed(name: string | undefined): GraphQLOutputType | undefined {
    const type = name === undefined ? undefined : this.schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  private isIncluded(node: SelectionNode): boolean {
    if (!node.directives?.length) return true;
    try {
      return (
        getDirectiveValues(GraphQLSkipDirective, node, this.variables)?.['if'] !== true &&
        getDirectiveValues(GraphQLIncludeDirective, node, this.variables)?.['if'] !== false
      );
    } catch {
      return true;
    }
  }
}

function variablesOf(
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: CostedOperation['variableValues'],
): Readonly<Record<string, unknown>> {
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)] as const],
  );
  return { ...Object.fromEntries(defaults), ...given };
}
