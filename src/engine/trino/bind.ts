import { StatementFailedError } from '../../errors.ts';
import type { SqlValue, Statement } from '../engine.ts';
import { firstWord, type SqlPiece, sqlPieces } from '../sql-pieces.ts';
import { sqlString } from '../sql-string.ts';

/** In Trino's grammar, whatever begins with one of these is a query, to its end. */
const QUERY_WORDS = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE']);

/**
 * The text that is sent: one query, with its values bound. Trino's parameters have places and no names, and one request both
 * prepares and runs: `EXECUTE IMMEDIATE 'SELECT … ? …' USING value`.
 * @throws StatementFailedError for what is no query, and for a parameter without a value
 */
export function boundStatement({ name, sql, params = {} }: Statement): string {
  const word = firstWord(sql);
  if (!QUERY_WORDS.has(word)) {
    throw new StatementFailedError(`The statement ${name}: expected a SELECT, but got ${word}`);
  }
  const values: string[] = [];
  let text = '';
  for (const piece of sqlPieces(sql)) {
    if (isNested(piece)) {
      throw new StatementFailedError(
        `The statement ${name}: expected comments that hold no others, but got one`,
      );
    }
    if (piece.kind !== 'parameter') {
      text += piece.text;
      continue;
    }
    const parameter = piece.text.slice(1);
    const value = Object.hasOwn(params, parameter) ? params[parameter] : undefined;
    if (value === undefined) {
      throw new StatementFailedError(`The parameter ${piece.text} of the statement ${name} has no value`);
    }
    values.push(literal(value));
    text += '?';
  }
  return values.length === 0 ? sql : `EXECUTE IMMEDIATE ${sqlString(text)} USING ${values.join(', ')}`;
}

/** Ends sooner for Trino than for us: what follows would run, and has not been looked at. */
function isNested({ kind, text }: SqlPiece): boolean {
  return kind === 'comment' && text.startsWith('/*') && text.includes('/*', 2);
}

function literal(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return textLiteral(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return `BIGINT '${value}'`;
  if (typeof value === 'number') return `DOUBLE '${value}'`;
  return `CAST(ARRAY[${value.map(textLiteral).join(', ')}] AS array(varchar))`;
}

/** A NUL can only be told by its number. */
function textLiteral(text: string): string {
  if (!text.includes('\0')) return sqlString(text);
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\0', '\\0000');
  return `U&'${escaped}'`;
}
