import { AnswerTooLargeError, TooManyStatementsError } from '../errors.ts';

export interface ScopeLimits {
  readonly statements: number;
  /** Of one statement. */
  readonly rows: number;
}

/** What all statements of one operation have in common: whose they are, and how many. */
export class OperationScope {
  readonly viewer: string;
  private readonly limits: ScopeLimits;
  private statements = 0;

  constructor(viewer: string, limits: ScopeLimits) {
    this.viewer = viewer;
    this.limits = limits;
  }

  /** @throws TooManyStatementsError when there have been as many as there may be. */
  countStatement(): void {
    const { statements: allowed } = this.limits;
    const asked = ++this.statements;
    if (asked <= allowed) return;
    const limit = 'operationStatements';
    throw new TooManyStatementsError(
      `expected an operation of at most ${allowed} statements (limit ${limit}), but it needs more. Ask for fewer fields with different arguments at once`,
      { limit, asked, allowed },
    );
  }

  /** @throws AnswerTooLargeError before rows are made of what the engine holds. */
  checkRows(asked: number): void {
    const { rows: allowed } = this.limits;
    if (asked <= allowed) return;
    const limit = 'answerRows';
    throw new AnswerTooLargeError(
      `expected at most ${allowed} rows (limit ${limit}), but got: ${asked}. Ask for fewer devices or days, or for an export`,
      { limit, asked, allowed },
    );
  }
}
