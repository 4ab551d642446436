import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import type { DuckDbEngine } from '../../src/engine/duckdb.ts';
import { sqlString } from '../../src/engine/sql-string.ts';

/** Every way to read a file or object of which a path is known, as what stands behind FROM. */
export function readersOf(path: string): readonly string[] {
  const text = sqlString(path);
  return [
    text,
    ...[
      'glob',
      'parquet_file_metadata',
      'parquet_full_metadata',
      'parquet_kv_metadata',
      'parquet_metadata',
      'parquet_scan',
      'parquet_schema',
      'read_blob',
      'read_csv',
      'read_csv_auto',
      'read_json',
      'read_json_auto',
      'read_json_objects',
      'read_json_objects_auto',
      'read_ndjson',
      'read_ndjson_auto',
      'read_ndjson_objects',
      'read_parquet',
      'read_text',
      'sniff_csv',
    ].map((name) => `${name}(${text})`),
    `parquet_bloom_probe(${text}, 'a', 7)`,
    `read_parquet([${text}])`,
    `query(${sqlString(`FROM read_parquet(${text})`)})`,
    `(SELECT * FROM (WITH w AS (FROM read_parquet(${text})) FROM w))`,
  ];
}

/** Rows and values that tell of the engine: its catalogue, settings, secrets, variables, what runs. */
export const OF_THE_ENGINE = [
  ...[
    'duckdb_tables()',
    'duckdb_tables',
    'duckdb_views()',
    'duckdb_columns()',
    'duckdb_constraints()',
    'duckdb_databases()',
    'duckdb_dependencies()',
    'duckdb_extensions()',
    'duckdb_external_file_cache()',
    'duckdb_functions()',
    'duckdb_indexes()',
    'duckdb_logs()',
    'duckdb_logs_parsed(NULL)',
    'duckdb_memory()',
    'duckdb_prepared_statements()',
    'duckdb_schemas()',
    'duckdb_secrets()',
    'duckdb_sequences()',
    'duckdb_settings()',
    'duckdb_settings() AS s',
    'duckdb_temporary_files()',
    'duckdb_types()',
    'duckdb_variables()',
    "which_secret('s3://lake/telemetry/a.parquet', 's3')",
    'information_schema.tables',
    'information_schema.columns',
    'information_schema.schemata',
    'pg_catalog.pg_tables',
    'pg_catalog.pg_settings',
    'pg_tables',
    'sqlite_master',
    'system.information_schema.tables',
    'pragma_database_size()',
    'pragma_user_agent()',
    'pragma_version()',
    "pragma_table_info('duckdb_tables')",
    "pragma_show('duckdb_tables')",
    "sql_auto_complete('SELECT * FROM ')",
    "query('FROM duckdb_settings()')",
    "query_table('pg_settings')",
    "query_table(['pg_settings', 'pg_settings'])",
    "histogram_values('pg_settings', name)",
    `json_execute_serialized_sql(CAST(json_serialize_sql('FROM duckdb_settings()') AS VARCHAR))`,
    '(SHOW TABLES)',
    '(SHOW ALL TABLES)',
    '(SHOW DATABASES)',
    '(DESCRIBE pg_settings)',
    '(SUMMARIZE pg_settings)',
    '(TABLE pg_settings)',
    'range((SELECT count(*) FROM duckdb_settings()))',
    '(VALUES ((SELECT count(*) FROM duckdb_settings()))) AS v(n)',
    "(PIVOT pg_settings ON vartype IN ('VARCHAR') USING count(*))",
    '(UNPIVOT (SELECT name, value FROM duckdb_settings()) ON name, value)',
    '(WITH pg_settings AS (FROM pg_settings) FROM pg_settings)',
    '(WITH a AS (SELECT 1 AS n) (FROM a UNION ALL SELECT count(*) FROM pg_settings))',
    // DuckDB leaves letters as they are that are not ASCII: the sign for Kelvin is no k to it.
    '(WITH "duc\u212Adb_tables" AS (SELECT 1 AS n) FROM duckdb_tables)',
  ].map((from) => `SELECT * FROM ${from}`),
  ...[
    "current_setting('allowed_directories')",
    "main.current_setting('temp_directory')",
    "('temp_directory').current_setting()",
    "getvariable('x')",
    'current_database()',
    'current_catalog',
    'current_schema',
    'current_schemas(true)',
    'current_query()',
    'current_connection_id()',
    'txid_current()',
    "in_search_path('memory', 'main')",
    "get_block_size('memory')",
    'pg_get_viewdef(1)',
    'format_type(1, 1)',
    'stats(1)',
    "json_serialize_plan('FROM duckdb_settings()')",
    '(SELECT list(name) FROM duckdb_settings())',
    "list_transform(['temp_directory'], lambda s: current_setting(s))",
    "CASE WHEN EXISTS (FROM duckdb_settings() WHERE name = 'threads') THEN 1 END",
    "max(1) FILTER (WHERE current_setting('threads') > 0)",
    "max(current_setting('threads')) OVER ()",
    "array_agg(1 ORDER BY current_setting('threads'))",
  ].map((value) => `SELECT ${value} AS a`),
  "SELECT 1 AS a ORDER BY current_setting('threads')",
  'SELECT 1 AS a LIMIT (SELECT count(*) FROM duckdb_settings())',
  "SELECT 1 AS a GROUP BY ALL HAVING current_setting('threads') > 0",
  "SELECT * REPLACE (current_setting('threads') AS a) FROM (SELECT 1 AS a)",
  'FROM (SELECT 1 AS a) AS l JOIN LATERAL (FROM duckdb_settings()) AS r ON true',
  'SELECT 1 AS a UNION ALL SELECT count(*) FROM duckdb_settings()',
];

/** Effects that a SELECT can have, or ways to hold the engine up. */
export const EFFECTS = [
  'SELECT * FROM checkpoint()',
  'SELECT * FROM force_checkpoint()',
  "SELECT * FROM enable_logging('QueryLog')",
  'SELECT * FROM enable_profiling()',
  "SELECT write_log('x') AS a",
  'SELECT setseed(0.5) AS a',
  'SELECT sleep_ms(1) AS a',
  'SELECT pg_sleep(0.001) AS a',
];

/** What DuckDB runs that is no SELECT, or not only one. */
export function otherStatements(folder: string): readonly string[] {
  const file = (name: string) => sqlString(`${folder}/${name}`);
  return [
    `COPY (SELECT 1 AS a) TO ${file('copied.parquet')}`,
    `COPY (SELECT 1 AS a) TO ${file('copied')} (FORMAT parquet, PARTITION_BY (a))`,
    `COPY t FROM ${file('a.parquet')}`,
    `COPY FROM DATABASE memory TO other`,
    `EXPORT DATABASE ${file('exported')}`,
    `IMPORT DATABASE ${file('exported')}`,
    `/* /* */ SELECT */ EXPORT DATABASE ${file('exported_too')}`,
    "ATTACH ':memory:' AS other",
    `ATTACH ${file('attached.db')} AS other`,
    `ATTACH ${file('a.parquet')} AS other (READ_ONLY)`,
    "ATTACH 's3://lake/other.db' AS other (READ_ONLY)",
    'DETACH memory',
    'USE memory',
    'INSTALL httpfs',
    "INSTALL httpfs FROM 'http://127.0.0.1:1/'",
    'FORCE INSTALL httpfs',
    'LOAD httpfs',
    `LOAD ${file('evil.duckdb_extension')}`,
    'UPDATE EXTENSIONS',
    "CREATE SECRET s (TYPE s3, KEY_ID 'x', SECRET 'x')",
    "CREATE OR REPLACE SECRET telemetry_objects (TYPE s3, ENDPOINT 'evil.example')",
    "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
    'DROP SECRET telemetry_objects',
    'SET enable_external_access = true',
    "SET GLOBAL allowed_directories = ['/']",
    "SET s3_endpoint = 'evil.example'",
    'SET threads = 1',
    'SET VARIABLE x = 1',
    'RESET lock_configuration',
    'RESET VARIABLE x',
    'PRAGMA enable_profiling',
    'PRAGMA database_list',
    'PRAGMA database_size',
    `PRAGMA import_database(${file('exported')})`,
    'CREATE TABLE t (a INTEGER)',
    'CREATE TEMP TABLE t AS SELECT 1 AS a',
    'CREATE TEMP VIEW readings AS SELECT 1 AS a',
    'CREATE OR REPLACE TEMP VIEW duckdb_settings AS SELECT 1 AS a',
    'CREATE TEMP MACRO exact_avg(v) AS 7',
    'CREATE OR REPLACE MACRO exact_avg(v) AS 7',
    'CREATE SCHEMA s',
    'CREATE SEQUENCE s',
    "CREATE TYPE mood AS ENUM ('a')",
    'INSERT INTO t VALUES (1)',
    'UPDATE t SET a = 1',
    'DELETE FROM t',
    'TRUNCATE t',
    'MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE',
    'ALTER TABLE t RENAME TO u',
    'DROP TABLE t',
    'COMMENT ON TABLE t IS NULL',
    'WITH w AS (SELECT 1 AS a) INSERT INTO t FROM w',
    'WITH w AS (DELETE FROM t RETURNING *) FROM w',
    'CALL pragma_version()',
    'CALL checkpoint()',
    'CHECKPOINT',
    'FORCE CHECKPOINT',
    'VACUUM',
    'ANALYZE',
    'BEGIN',
    'COMMIT',
    'ROLLBACK',
    'PREPARE p AS SELECT 1',
    'EXECUTE p',
    'DEALLOCATE p',
    'EXPLAIN SELECT 1 AS a',
    'EXPLAIN ANALYZE SELECT 1 AS a',
    `SELECT 1 AS a; COPY (SELECT 1) TO ${file('stacked.csv')}`,
    `SELECT 1 AS a; -- ;\nATTACH ${file('stacked.db')}`,
    // A carriage return ends a comment too.
    `SELECT 1 AS a -- nothing\r; ATTACH ${file('stacked.db')}`,
    "SELECT E'a\\'; -- ' AS a; CHECKPOINT; -- '",
    'SELECT $q$ ; $q$ AS a; CHECKPOINT',
    '/* ; /* */ */ SELECT 1 AS a; CHECKPOINT',
  ];
}

/** What statements could change about an engine. */
export async function engineState(engine: DuckDbEngine) {
  const [state] = await engine.run({
    name: 'state',
    sql: `SELECT
      (SELECT list({'name': name, 'value': value} ORDER BY name) FROM duckdb_settings()
        WHERE name NOT IN ('username', 'user')) AS settings,
      (SELECT list(database_name ORDER BY database_name) FROM duckdb_databases()) AS databases,
      (SELECT list(schema_name ORDER BY schema_name) FROM duckdb_schemas()) AS schemas,
      (SELECT list(table_name ORDER BY table_name) FROM duckdb_tables()) AS tables,
      (SELECT list(view_name ORDER BY view_name) FROM duckdb_views()) AS views,
      (SELECT list(name) FROM duckdb_variables()) AS variables,
      (SELECT list({'name': name, 'secret': secret_string}) FROM duckdb_secrets()) AS secrets,
      (SELECT count(*) FROM duckdb_functions()) AS functions`,
  });
  return state;
}

/** DuckDB's own words on why it does not run a statement. */
export function refusalOf(engine: DuckDbEngine, sql: string): Promise<string> {
  return engine.run({ name: 'test', sql }).then(
    (rows) => expect.unreachable(`${sql} gave ${JSON.stringify(rows)}`),
    (error: Error) => (error.cause instanceof Error ? error.cause.message : error.message),
  );
}

/** A port that notes who comes: nobody may. */
export async function lure(): Promise<{ readonly host: string; readonly connections: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('expected a port');
  onTestFinished(async () => {
    server.close();
    await once(server, 'close');
  });
  return { host: `127.0.0.1:${address.port}`, connections: () => connections };
}

/** Paths that lead into the network. */
export function urlsTo(host: string): readonly string[] {
  return [
    `http://${host}/a.parquet`,
    `https://${host}/a.parquet`,
    `HTTP://${host}/a.parquet`,
    `hf://datasets/${host}/a.parquet`,
    ...['s3', 's3a', 's3n', 'gcs', 'gs', 'r2'].map(
      (scheme) => `${scheme}://evil/a.parquet?s3_endpoint=${host}&s3_use_ssl=false&s3_url_style=path`,
    ),
  ];
}
