/** The texts of the fields that the Relay plugin defines, and what they may be: nothing here is ever null. */
export const relayOptions = {
  cursorType: 'String',
  edgesFieldOptions: {
    nullable: { list: false, items: false },
    description: 'The devices of the page, in order, each with its cursor.',
  },
  nodeFieldOptions: { nullable: false, description: 'The device.' },
  cursorFieldOptions: {
    description: 'Names this place, for `after` and `before`. Good for the same order only.',
  },
  pageInfoFieldOptions: { description: 'Where the page stands in the whole list.' },
  hasNextPageFieldOptions: { description: 'More follow this page.' },
  hasPreviousPageFieldOptions: { description: 'More precede this page.' },
  startCursorFieldOptions: {
    description: 'Cursor of the first edge of the page; null when the page is empty.',
  },
  endCursorFieldOptions: {
    description: 'Cursor of the last edge of the page; null when the page is empty.',
  },
  firstArgOptions: { description: 'At most so many, from the beginning. A whole number from 0.' },
  lastArgOptions: { description: 'At most so many, from the end. A whole number from 0.' },
  afterArgOptions: { description: 'Only what comes after this cursor.' },
  beforeArgOptions: { description: 'Only what comes before this cursor.' },
  idFieldOptions: { description: 'Global id: names this object among all of every type.' },
  pageInfoTypeOptions: { description: 'Where a page stands in its list (Relay).' },
  nodeTypeOptions: { description: 'An object with a global `id` (Relay).' },
  nodeQueryOptions: {
    description: 'Any object by its global `id`; null when it does not exist (any more).',
    args: { id: { description: 'The `id` of a Node, as an earlier answer gave it.' } },
  },
  nodesQueryOptions: false,
} as const;
