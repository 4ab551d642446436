import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { checkNesting } from './text.ts';

export interface Fold {
  /** What a selection counts, with what is below it. A spread has below it what its fragment holds. */
  count(selection: SelectionNode, below: number): number;
  /** What selections beside each other count together. */
  join(a: number, b: number): number;
  /** Whether fragments count on their own, too, used or not: validation goes through all of them. */
  readonly fragments: boolean;
}

/**
 * Counts as if every fragment stood where it is spread, and gives the largest count of all definitions. Each fragment is
 * counted once: those that spread the next one twice would double with each.
 * @throws DocumentTooLargeError when fragments in fragments go deeper than one may nest
 */
export function foldDocument({ definitions }: DocumentNode, { count, join, fragments }: Fold): number {
  const byName = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) byName.set(definition.name.value, definition);
    else if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const counted = new Map<string, number>();
  const ofFragment = (name: string, nesting: number): number => {
    const known = counted.get(name);
    if (known !== undefined) return known;
    // A cycle ends here; validation refuses it.
    counted.set(name, 0);
    const fragment = byName.get(name);
    const result = fragment === undefined ? 0 : ofSelections(fragment.selectionSet, nesting);
    counted.set(name, result);
    return result;
  };
  const ofSelections = (selectionSet: SelectionSetNode | undefined, nesting: number): number => {
    if (selectionSet === undefined) return 0;
    checkNesting(nesting);
    let result = 0;
    for (const selection of selectionSet.selections) {
      const below =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value, nesting + 1)
          : ofSelections(selection.selectionSet, nesting + 1);
      result = join(result, count(selection, below));
    }
    return result;
  };
  const counts = operations.map((operation) => ofSelections(operation.selectionSet, 1));
  if (fragments) counts.push(...[...byName.keys()].map((name) => ofFragment(name, 1)));
  return Math.max(0, ...counts);
}

export const sum = (a: number, b: number) => a + b;
