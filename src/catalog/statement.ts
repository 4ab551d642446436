import { QueryFileError } from './query-problem.ts';
import { placeholderProblems } from './relations.ts';
import { bareSql, lineAt } from './sql-text.ts';

/** What a SELECT of DuckDB can begin with. SHOW, DESCRIBE and some PRAGMA call themselves SELECT, and are none. */
const SELECT_WORDS = ['SELECT', 'WITH', 'FROM', 'VALUES', 'TABLE', 'PIVOT', 'UNPIVOT'];

/** Names by which the paths of the objects, and whose rows may be seen, are bound. */
const TAKEN_PARAMETER = /^(s3_path|(objects|ordinals|devices|scope)_\d+)$/i;

/**
 * The file up to the end of its only statement, lines in their places. Decides by the text alone; that the statement is
 * a SELECT also inside (`WITH … INSERT`), the engine tells.
 * @throws QueryFileError for more or less than one statement, another kind, and placeholders that
 * there are not or that do not go together
 */
export function onlyStatement(text: string): string {
  const bare = bareSql(text);
  const first = /\S/.exec(bare.replaceAll('(', ' '));
  if (first === null) throw refusal(undefined, 'expected exactly one SELECT, but got nothing');
  const word = /^\w+/.exec(bare.slice(first.index))?.[0] ?? first[0];
  if (!SELECT_WORDS.includes(word.toUpperCase())) {
    throw refusal(lineAt(text, first.index), `expected a SELECT, but got ${word.toUpperCase()}`);
  }
  const end = bare.indexOf(';', first.index);
  const more = end === -1 ? -1 : bare.slice(end).search(/[^\s;]/);
  if (more !== -1) {
    throw refusal(lineAt(text, end + more), 'expected exactly one SELECT, but here begins another statement');
  }
  const problems = placeholderProblems(text);
  if (problems.length > 0) throw new QueryFileError(problems);
  checkReferences(text, bare);
  return end === -1 ? text : text.slice(0, end);
}

/** `?` and `$1` have no name by which a client could give them. */
function checkReferences(text: string, bare: string): void {
  const numbered = /(?<![\w$])\$\d+|\?/.exec(bare);
  if (numbered !== null) {
    throw refusal(
      lineAt(text, numbered.index),
      `expected parameters with names, like $device_id, but got ${numbered[0]}`,
    );
  }
  for (const { 1: name = '', index } of bare.matchAll(/(?<![\w$])\$([A-Za-z_]\w*)/g)) {
    if (TAKEN_PARAMETER.test(name)) {
      throw refusal(lineAt(text, index), `expected another name than $${name}, which is taken`);
    }
  }
}

function refusal(line: number | undefined, message: string): QueryFileError {
  return new QueryFileError([{ line, message }]);
}
