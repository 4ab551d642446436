import { sqlPieces } from '../engine/sql-pieces.ts';
import { QueryFileError } from './query-problem.ts';
import { placeholderProblems } from './relations.ts';
import { bareSql, lineAt, plainSql } from './sql-text.ts';

/** What a SELECT of DuckDB can begin with. SHOW, DESCRIBE and some PRAGMA call themselves SELECT, and are none. */
const SELECT_WORDS = ['SELECT', 'WITH', 'FROM', 'VALUES', 'TABLE', 'PIVOT', 'UNPIVOT'];

/** Names by which the paths of the objects, and whose rows may be seen, are bound. */
const TAKEN_PARAMETER = /^(s3_path|(objects|ordinals|devices|scope)_\d+)$/i;

/**
 * The file up to the end of its only statement, without comments, lines in their places. Decides by the text alone; what
 * the statement is inside (`WITH … INSERT`), its parse tree tells.
 * @throws QueryFileError for more or less than one statement, another kind, and placeholders that
 * there are not or that do not go together
 */
export function onlyStatement(text: string): string {
  const nul = text.indexOf('\0');
  if (nul !== -1)
    throw refusal(lineAt(text, nul), 'expected text without NUL, at which DuckDB stops reading');
  const sql = plainSql(text);
  const bare = bareSql(sql);
  const first = /\S/.exec(bare.replaceAll('(', ' '));
  if (first === null) throw refusal(undefined, 'expected exactly one SELECT, but got nothing');
  const word = /^\w+/.exec(bare.slice(first.index))?.[0] ?? first[0];
  if (!SELECT_WORDS.includes(word.toUpperCase())) {
    throw refusal(lineAt(text, first.index), `expected a SELECT, but got ${word.toUpperCase()}`);
  }
  const end = bare.indexOf(';', first.index);
  const second = secondStatement(bare, first.index);
  if (second !== undefined) throw refusal(lineAt(text, second), SECOND_STATEMENT);
  const problems = placeholderProblems(sql);
  if (problems.length > 0) throw new QueryFileError(problems);
  checkReferences(sql);
  return end === -1 ? sql : sql.slice(0, end);
}

export const SECOND_STATEMENT = 'expected exactly one SELECT, but here begins another statement';

/** Where something stands behind the end of a statement, in text of which `bareSql` has left nothing else. */
export function secondStatement(bare: string, from = 0): number | undefined {
  const end = bare.indexOf(';', from);
  const more = end === -1 ? -1 : bare.slice(end).search(/[^\s;]/);
  return more === -1 ? undefined : end + more;
}

/**
 * `?` and `$1` have no name by which a client could give them; `$ a` and `$"a"` have one that is hard to see.
 * @throws QueryFileError
 */
export function checkReferences(sql: string): void {
  for (const { kind, text, index } of sqlPieces(sql)) {
    if (kind === 'sign' && /[?$]/.test(text)) {
      const reference = /^.\d*/.exec(sql.slice(index))?.[0];
      throw refusal(
        lineAt(sql, index),
        `expected parameters with names, like $device_id, but got ${reference}`,
      );
    }
    if (kind === 'parameter' && TAKEN_PARAMETER.test(text.slice(1))) {
      throw refusal(lineAt(sql, index), `expected another name than ${text}, which is taken`);
    }
  }
}

function refusal(line: number | undefined, message: string): QueryFileError {
  return new QueryFileError([{ line, message }]);
}
