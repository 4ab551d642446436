import { createHash } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { Describer } from '../../src/catalog/describer.ts';
import { duckDbFunctions } from '../../src/catalog/duckdb-functions.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function functions() {
  const describer = await Describer.create(await temporaryFolder());
  onTestFinished(() => describer.close());
  return duckDbFunctions(describer);
}

test('macros are of the engine, or volatile, when what they call is', async () => {
  const { ofTheEngine, volatile } = await functions();
  expect([...ofTheEngine].filter((name) => !/^(pg_|duckdb_|pragma_|__internal_)/.test(name)).sort()).toEqual([
    'current_catalog',
    'current_connection_id',
    'current_database',
    'current_query',
    'current_query_id',
    'current_schema',
    'current_schemas',
    'current_setting',
    'current_transaction_id',
    'currval',
    'format_type',
    'get_block_size',
    'getenv',
    'getvariable',
    'in_search_path',
    'json_serialize_plan',
    'nextval',
    'setseed',
    'sleep_ms',
    'stats',
    'txid_current',
    'vector_type',
    'write_log',
  ]);
  expect([...volatile].filter((name) => !ofTheEngine.has(name)).sort()).toEqual([
    'ago',
    'current_date',
    'current_localtime',
    'current_localtimestamp',
    'current_time',
    'current_timestamp',
    'gen_random_uuid',
    'get_current_time',
    'get_current_timestamp',
    'localtime',
    'localtimestamp',
    'now',
    'random',
    'today',
    'transaction_timestamp',
    'uuid',
    'uuidv4',
    'uuidv7',
  ]);
});

test('the functions that this version of DuckDB has have been looked through', async () => {
  // Another version may have new ones. Look at those that queries may call before these two are changed.
  const { known, ofTheEngine } = await functions();
  const names = [...known].filter((name) => !ofTheEngine.has(name)).sort();
  expect([names.length, createHash('sha256').update(names.join()).digest('hex').slice(0, 16)]).toEqual([
    803,
    '164168d339014754',
  ]);
});
