import { type DuckDBConnection, type DuckDBPreparedStatement, StatementType } from '@duckdb/node-api';
import { StatementFailedError } from '../errors.ts';
import { bindAll } from './duckdb-values.ts';
import type { Statement } from './engine.ts';
import { firstWord } from './sql-pieces.ts';

const QUERY_WORDS = new Set('SELECT WITH FROM VALUES TABLE PIVOT UNPIVOT DESCRIBE SUMMARIZE'.split(' '));

/**
 * Prepares exactly one SELECT with its values bound. The caller destroys it.
 * @throws StatementFailedError for anything else, before it has any effect
 */
export async function prepareSelect(
  connection: DuckDBConnection,
  statement: Statement,
): Promise<DuckDBPreparedStatement> {
  // Parsing and binding have effects of their own in other kinds: EXPORT DATABASE makes its folder.
  const word = firstWord(statement.sql);
  if (!QUERY_WORDS.has(word)) {
    throw new StatementFailedError(`The statement ${statement.name}: expected a SELECT, but got ${word}`);
  }
  const extracted = await connection.extractStatements(statement.sql);
  if (extracted.count !== 1) {
    throw new StatementFailedError(
      `The statement ${statement.name}: expected exactly one SELECT, but got ${extracted.count} statements`,
    );
  }
  const prepared = await extracted.prepare(0);
  try {
    if (prepared.statementType !== StatementType.SELECT) {
      throw new StatementFailedError(
        `The statement ${statement.name}: expected a SELECT, but got ${StatementType[prepared.statementType]}`,
      );
    }
    bindAll(prepared, statement.params ?? {});
    return prepared;
  } catch (error) {
    prepared.destroySync();
    throw error;
  }
}
