import { type GraphQLError, Kind, type Token, TokenKind } from 'graphql';

const OPENERS: ReadonlySet<string> = new Set([TokenKind.PAREN_L, TokenKind.BRACE_L, TokenKind.BRACKET_L]);
const CLOSERS: ReadonlySet<string> = new Set([TokenKind.PAREN_R, TokenKind.BRACE_R, TokenKind.BRACKET_R]);

/** Adds the path of the argument that an error of the language is about, as our own errors have it. */
export function tellArgument(error: GraphQLError): void {
  const argument = argumentPath(error);
  if (argument !== undefined) error.extensions['argument'] ??= argument;
}

/**
 * Which argument an error of the language is about, as `filter.latest.soc.lt`; undefined when it is about none. Places in
 * lists are left out. A value that came in a variable is told by the argument that the variable stands for.
 */
function argumentPath({ nodes, message }: GraphQLError): string | undefined {
  const [node] = nodes ?? [];
  const token = node?.loc?.startToken;
  if (node === undefined || token === undefined) return undefined;
  if (node.kind === Kind.VARIABLE_DEFINITION) {
    // The library tells the place within a variable in its words only.
    const within =
      /^Variable "\$\w+" got invalid value .* at "\w+((?:\.\w+|\[\d+\])+)";/s.exec(message)?.[1] ?? '';
    const use = useOf(node.variable.name.value, token);
    const path = use && pathOf(use);
    return path && path + within.replaceAll(/\[\d+\]/g, '');
  }
  if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD)
    return pathOf(node.value.loc?.startToken);
  return node.kind.endsWith('Value') || node.kind === Kind.VARIABLE ? pathOf(token) : undefined;
}

/** Goes back over the tokens, from a value to the parenthesis of its arguments: that reads no more than needs be. */
function pathOf(value: Token | undefined): string | undefined {
  const keys: string[] = [];
  // A key stands right before its value.
  const addKey = (token: Token | undefined) => {
    if (token?.prev?.kind === TokenKind.COLON) keys.unshift(token.prev.prev?.value ?? '');
  };
  addKey(value);
  let depth = 0;
  for (let token = value?.prev; token != null; token = token.prev) {
    if (CLOSERS.has(token.kind)) depth++;
    else if (OPENERS.has(token.kind)) depth--;
    if (depth >= 0) continue;
    if (token.kind === TokenKind.PAREN_L) return keys.length === 0 ? undefined : keys.join('.');
    addKey(token);
    depth = 0;
  }
  return undefined;
}

/** The first use of a variable: after a key or at the beginning of a list, which no definition is. */
function useOf(name: string, from: Token): Token | undefined {
  for (let token = from.next; token !== null; token = token.next) {
    const before = token.prev?.kind;
    if (
      token.kind === TokenKind.DOLLAR &&
      token.next?.value === name &&
      (before === TokenKind.COLON || before === TokenKind.BRACKET_L)
    ) {
      return token;
    }
  }
  return undefined;
}
