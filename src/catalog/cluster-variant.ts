import type { QueryParameter } from '../../schema/query-types.ts';
import { firstWord, type SqlPiece, sqlPieces } from '../engine/sql-pieces.ts';
import { QueryFileError, type QueryProblem } from './query-problem.ts';
import { bareSql, lineAt, plainSql, sqlParameters } from './sql-text.ts';
import { checkReferences, SECOND_STATEMENT, secondStatement } from './statement.ts';

type Problem = Omit<QueryProblem, 'file'>;

/** Words after which names stand that are no relations. */
const END_OF_FROM = new Set(
  'WHERE GROUP HAVING ORDER LIMIT OFFSET FETCH UNION INTERSECT EXCEPT SELECT WINDOW ON USING'.split(' '),
);
/** `extract(hour FROM t)`, `trim(BOTH ' ' FROM text)`, `substring(text FROM 2)`. */
const FROM_WITHIN = new Set(['EXTRACT', 'TRIM', 'SUBSTRING', 'POSITION']);
const RELATION = '{{TELEMETRY}}';

/**
 * The statement of `queries/<name>.trino.sql`, which the cluster runs in the place of that of `<name>.sql`: without comments,
 * lines in their places. The cluster alone parses it, so what it may reach is decided by the text: after FROM, JOIN and
 * the commas between them stand `{{TELEMETRY}}`, a subquery, UNNEST, VALUES or a name of its WITH, and nothing else.
 * @param parameters of the query
 * @throws QueryFileError with every mistake that can be told from the others
 */
export function clusterStatement(text: string, parameters: readonly QueryParameter[]): string {
  const sql = plainSql(text);
  const bare = bareSql(sql);
  checkReferences(sql);
  const problems = [...statementProblems(bare), ...parameterProblems(sql, parameters), ...reachProblems(sql)];
  if (problems.length > 0) throw new QueryFileError(problems);
  return sql.replace(/[\s;]+$/, '');
}

function* statementProblems(bare: string): Generator<Problem> {
  const word = firstWord(bare);
  if (word !== 'SELECT' && word !== 'WITH') {
    const begin = bare.search(/[^\s(]/);
    yield {
      line: begin === -1 ? undefined : lineAt(bare, begin),
      message: `expected a SELECT, but got ${word}`,
    };
  }
  const second = secondStatement(bare);
  if (second !== undefined) yield { line: lineAt(bare, second), message: SECOND_STATEMENT };
  for (const { 0: placeholder, index } of bare.matchAll(/\{\{[^{}]*\}\}/g)) {
    if (placeholder.replaceAll(/\s/g, '') === RELATION) continue;
    yield { line: lineAt(bare, index), message: `expected ${RELATION}, but got ${placeholder}` };
  }
}

function* parameterProblems(sql: string, parameters: readonly QueryParameter[]): Generator<Problem> {
  const known = parameters.map(({ name }) => name);
  for (const [name, index] of sqlParameters(sql)) {
    if (known.includes(name)) continue;
    const expected =
      known.length === 0 ? 'no parameter' : `one of ${known.map((own) => `$${own}`).join(', ')}`;
    yield {
      line: lineAt(sql, index),
      message: `expected ${expected}, as the query beside it has them, but got $${name}`,
    };
  }
}

/** What is read but the readings. */
function* reachProblems(sql: string): Generator<Problem> {
  const pieces = [...sqlPieces(sql)].filter(({ kind }) => kind !== 'space' && kind !== 'comment');
  const own = namesOfWith(pieces);
  /** For each open bracket: the word before it, and whether relations are listed at this depth. */
  const depths = [{ before: '', inFrom: false }];
  for (const [place, { kind, text, index }] of pieces.entries()) {
    const depth = depths.at(-1);
    // More brackets are closed than opened: the cluster refuses it.
    if (depth === undefined) return;
    const word = kind === 'word' ? text.toUpperCase() : '';
    const before = pieces[place - 1]?.text.toUpperCase() ?? '';
    if (text === '(') depths.push({ before, inFrom: false });
    else if (text === ')') depths.pop();
    else if (END_OF_FROM.has(word)) depth.inFrom = false;
    else if (word === 'TABLE') {
      yield { line: lineAt(sql, index), message: 'expected nothing but readings to be read, but got TABLE' };
    }
    const isFrom = word === 'FROM' && !FROM_WITHIN.has(depth.before) && before !== 'DISTINCT';
    if (!isFrom && word !== 'JOIN' && !(text === ',' && depth.inFrom)) continue;
    depth.inFrom = true;
    // A relation may stand in brackets.
    let next = place + 1;
    while (pieces[next]?.text === '(') next++;
    const first = pieces[next];
    if (first === undefined || mayBeRead(pieces, next, own)) continue;
    yield {
      line: lineAt(sql, first.index),
      message: `expected ${RELATION}, a subquery, or the name of a WITH, but got ${first.text}`,
    };
  }
}

function mayBeRead(pieces: readonly SqlPiece[], place: number, own: ReadonlyMap<string, number>): boolean {
  const { text = '', kind } = pieces[place] ?? {};
  const after = pieces[place + 1]?.text;
  // Of a placeholder, which has been looked at.
  if (text === '{') return true;
  if (kind !== 'word') return false;
  if (/^(SELECT|WITH|VALUES)$/i.test(text)) return true;
  if (/^(UNNEST|LATERAL)$/i.test(text)) return after === '(';
  // `lake.x` is no name of a WITH, whatever `lake` is.
  return (own.get(text.toLowerCase()) ?? Number.POSITIVE_INFINITY) < place && after !== '.' && after !== '(';
}

/** The names in the WITH that the statement begins with, and where each begins to be known. */
function namesOfWith(pieces: readonly SqlPiece[]): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  let depth = 0;
  for (const [place, { kind, text }] of pieces.entries()) {
    if (text === '(') depth++;
    else if (text === ')') depth--;
    const before = pieces[place - 1]?.text.toUpperCase() ?? '';
    if (depth > 0 || kind !== 'word' || !['WITH', ',', 'RECURSIVE'].includes(before)) continue;
    let next = place + 1;
    // The names of its columns.
    if (pieces[next]?.text === '(') while (next < pieces.length && pieces[next++]?.text !== ')');
    if (pieces[next]?.text.toUpperCase() === 'AS' && pieces[next + 1]?.text === '(') {
      names.set(text.toLowerCase(), place);
    }
  }
  return names;
}
