import { type ASTNode, GraphQLError } from 'graphql';

/** @throws GraphQLError that names the argument at fault */
export function refuse(argument: string, problem: string, details?: object): never {
  throw new GraphQLError(`${argument}: ${problem}`, {
    extensions: { argument, ...details, code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}

/** The same of a value that knows no argument; whoever has read it there adds that. @param node of a literal */
export function refuseValue(problem: string, node?: ASTNode): never {
  throw new GraphQLError(problem, {
    nodes: node ?? null,
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}

/** What came is repeated, but not at any length. */
export function shorten(value: unknown): string {
  const text = String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
