/** What is wrong with a query file, for its author. */
export interface QueryProblem {
  /** Name of the file, without its folder. */
  readonly file: string;
  /** From 1; undefined when it is about the file as a whole. */
  readonly line?: number | undefined;
  readonly message: string;
}

/** `queries/hourly_avg.sql:3: expected …, but got …` */
export function describeProblem({ file, line, message }: QueryProblem): string {
  return `queries/${file}:${line === undefined ? '' : `${line}:`} ${message}`;
}

/** Thrown by the checks of one file, which knows its own name best. */
export class QueryFileError extends Error {
  readonly problems: readonly Omit<QueryProblem, 'file'>[];

  constructor(problems: readonly Omit<QueryProblem, 'file'>[], options?: ErrorOptions) {
    super(problems.map(({ message }) => message).join('; '), options);
    this.problems = problems;
  }
}
