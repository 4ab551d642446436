/** What stands between two places of a statement, as DuckDB's own lexer cuts it (PostgreSQL's, with `$name`). */
export interface SqlPiece {
  /** `quoted`: text, dollar-quoted text and quoted names. `sign`: one character of all else. */
  readonly kind: 'space' | 'comment' | 'quoted' | 'parameter' | 'word' | 'sign';
  readonly text: string;
  readonly index: number;
}

const LINE_COMMENT = /--[^\n\r]*/y;
const COMMENT_MARK = /\/\*|\*\//g;
const SPACE = /\s+/y;
const TEXT = /'(?:[^']|'')*'/y;
/** Goes on behind a line break as text of its own kind, where a backslash still escapes. */
const ESCAPED_TEXT =
  /[eE]'(?:\\[\s\S]|''|[^'\\])*'(?:(?:[^\S\n\r]|--[^\n\r]*)*[\n\r](?:\s|--[^\n\r]*[\n\r])*'(?:\\[\s\S]|''|[^'\\])*')*/y;
const QUOTED_NAME = /"(?:[^"]|"")*"/y;
/** Letters are those of ASCII and all that is not ASCII and no space. */
const LETTER = '(?:[A-Za-z_]|(?!\\s)[\\u0080-\\uffff])';
const LETTER_OR_DIGIT = `(?:${LETTER}|\\d)`;
const DOLLAR_QUOTE = new RegExp(`\\$(?:${LETTER}${LETTER_OR_DIGIT}*)?\\$`, 'y');
const PARAMETER = new RegExp(`\\$${LETTER}${LETTER_OR_DIGIT}*`, 'y');
const WORD = new RegExp(`${LETTER}(?:${LETTER_OR_DIGIT}|\\$)*`, 'y');

/** The pieces in their order, without gaps. One that does not end goes to the end; DuckDB refuses the statement then. */
export function* sqlPieces(sql: string): Generator<SqlPiece, void> {
  let index = 0;
  while (index < sql.length) {
    const [kind, end] = pieceAt(sql, index);
    yield { kind, text: sql.slice(index, end), index };
    index = end;
  }
}

/** Behind comments and brackets: it says what kind of statement it is. `nothing`, where there is none. */
export function firstWord(sql: string): string {
  for (const { kind, text } of sqlPieces(sql)) {
    if (kind === 'word') return text.toUpperCase();
    if (kind !== 'space' && kind !== 'comment' && text !== '(') break;
  }
  return 'nothing';
}

function pieceAt(sql: string, index: number): [kind: SqlPiece['kind'], end: number] {
  const end = (pattern: RegExp) => {
    pattern.lastIndex = index;
    return pattern.test(sql) ? pattern.lastIndex : undefined;
  };
  const first = sql.charAt(index);
  const second = sql.charAt(index + 1);
  if (first === '-' && second === '-') return ['comment', end(LINE_COMMENT) ?? sql.length];
  if (first === '/' && second === '*') return ['comment', endOfComment(sql, index)];
  if (first === "'") return ['quoted', end(TEXT) ?? sql.length];
  if (first === '"') return ['quoted', end(QUOTED_NAME) ?? sql.length];
  if (/[eE]/.test(first) && second === "'") return ['quoted', end(ESCAPED_TEXT) ?? sql.length];
  if (first === '$') {
    const opened = end(DOLLAR_QUOTE);
    if (opened !== undefined) {
      const quote = sql.slice(index, opened);
      const closed = sql.indexOf(quote, opened);
      return ['quoted', closed === -1 ? sql.length : closed + quote.length];
    }
    const parameter = end(PARAMETER);
    return parameter === undefined ? ['sign', index + 1] : ['parameter', parameter];
  }
  const word = end(WORD);
  if (word !== undefined) return ['word', word];
  const space = end(SPACE);
  return space === undefined ? ['sign', index + 1] : ['space', space];
}

/** Comments may stand in comments. */
function endOfComment(sql: string, start: number): number {
  COMMENT_MARK.lastIndex = start;
  let depth = 0;
  for (let mark = COMMENT_MARK.exec(sql); mark !== null; mark = COMMENT_MARK.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return COMMENT_MARK.lastIndex;
  }
  return sql.length;
}
