import { CommanderError, Option } from 'commander';
import { packageVersion } from '../package-root.ts';
import { CliCommand } from './command.ts';
import { EXIT } from './fail.ts';
import { DATA_FLAGS, SERVER_FLAGS, withSettings } from './setting-flags.ts';

/** What each command is, and what loads it: `--help` loads none. */
function program(): CliCommand {
  const cli = new CliCommand('telemetry-api');
  cli
    .description(
      'Parquet telemetry in a bucket or folder, answered through a typed GraphQL API and REST beside it.',
    )
    .version(packageVersion(), '--version', 'tells the version')
    .exitOverride()
    .showHelpAfterError('(--help tells what there is)')
    .helpCommand(false);
  addServe(cli);
  addCheck(cli);
  addQuery(cli);
  addQueries(cli);
  addGenerate(cli);
  addKey(cli);
  addTrino(cli);
  return cli
    .tells('Settings', [
      'Commands read the settings of the service: the environment, and a file .env in the working directory for what',
      'the environment leaves out. An option goes before both. The README lists all of them.',
    ])
    .tells('Exit codes', [
      '0  done',
      '1  failed, or something is not as it should be; the reason is on stderr',
      '2  mistyped; nothing was done',
    ])
    .tells('Examples', [
      'telemetry-api serve                                    # sample data, at http://127.0.0.1:8000',
      'telemetry-api check --bucket my-bucket                 # what is wrong with my bucket?',
      'telemetry-api query hourly_avg --format csv > avg.csv',
      'telemetry-api <command> --help',
    ]) as CliCommand;
}

/** @param args what follows the name of the program */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // It has said already what is wrong.
    process.exitCode = error.exitCode === 0 ? 0 : EXIT.mistyped;
  }
}

function addServe(cli: CliCommand): void {
  withSettings(cli.command('serve') as CliCommand, SERVER_FLAGS)
    .summary('answer requests')
    .description(
      'Starts the service, as npm start does. SIGTERM and SIGINT end it once requests have had time to finish.',
    )
    .option('--watch-queries', 'query files are live as soon as they are saved (WATCH_QUERIES)')
    .addHelpText(
      'after',
      `
Without a bucket and a folder it answers from sample data, which it generates. It listens to this machine alone; a
--host for a network needs API_KEYS_FILE, JWT_ISSUER or AUTH=open, which say who may ask.

Exit codes:
  0  ended by a signal
  1  a setting cannot be used, or the port is taken

Examples:
  telemetry-api serve --data-dir ./parquet --port 9000
  AWS_PROFILE=lab telemetry-api serve --bucket my-bucket --region eu-central-1`,
    )
    .action(async (flags) => (await import('./serve.ts')).serve(flags));
}

function addCheck(cli: CliCommand): void {
  withSettings(cli.command('check') as CliCommand, DATA_FLAGS)
    .summary('look for what keeps the service from answering')
    .description(
      'Goes the way of a request step by step: settings, credentials, bucket, listing, objects and their columns, a read by the engine. Says of each what was found, how long it took, and what to mend. It writes nothing to the bucket.',
    )
    .option('--objects <number>', 'how many objects are looked into, evenly spread over the keys', '20')
    .option('--json', 'the report as JSON')
    .tells('Exit codes', [
      '0  the service can answer from this; warnings may be there',
      '1  it cannot; the report says what to mend',
      '2  mistyped',
    ])
    .tells('Examples', [
      'telemetry-api check',
      'telemetry-api check --bucket my-bucket --prefix telemetry/ --region eu-central-1',
      'telemetry-api check --data-dir ./parquet --json | jq \'.steps[] | select(.status != "ok")\'',
    ]);
  const check = cli.commands.at(-1) as CliCommand;
  check.does(async (flags) => (await import('./check/command.ts')).check(flags));
}

function addQuery(cli: CliCommand): void {
  const query = withSettings(cli.command('query') as CliCommand, DATA_FLAGS)
    .summary('run a named query')
    .description(
      'Runs a query of queries/ over the configured objects, or has a running service run it, and writes its rows to stdout.',
    )
    .argument('<name>', 'the name of its file, without .sql')
    .option(
      '--param <name=value>',
      'a parameter of the query; several times for others, and for the items of a list',
      collect,
      [],
    )
    .addOption(
      new Option(
        '--format <name>',
        'table is for eyes, and has the first 1000 rows; json is that of GET /queries/<name>',
      )
        .choices(['table', 'json', 'csv', 'ndjson', 'parquet', 'arrow'])
        .default('table'),
    )
    .option('--url <url>', 'of a running service; its key is read from TELEMETRY_API_KEY') as CliCommand;
  query.addHelpText(
    'after',
    `
Values are checked as those of the API are: types, bounds, unknown names. csv, ndjson, parquet and arrow hold all rows,
json at most QUERY_MAX_ROWS. Without --url the rollups of STATE_DIR are used if they are there and no service has them
open; a query that needs them waits until they are built.

Exit codes:
  0  the rows are on stdout
  1  the query failed; its code and reason are on stderr
  2  mistyped, or no such query

Examples:
  telemetry-api query daily_summary --param device_ids=pack-001 --param time_zone=Europe/Berlin
  telemetry-api query hourly_avg --data-dir ./parquet --format parquet > hourly.parquet
  TELEMETRY_API_KEY=… telemetry-api query overview --url https://telemetry.example.com --format json`,
  );
  query.does(async (flags, name = '') => (await import('./query/command.ts')).query(name, flags));
}

function addQueries(cli: CliCommand): void {
  const queries = cli.command('queries') as CliCommand;
  queries.summary('look after query files').description('Looks after the files of named queries.');
  const check = queries.command('check') as CliCommand;
  check
    .summary('list every mistake in them')
    .description(
      'Lists every mistake of every query file, and what becomes of those without: paths, parameters, types.',
    )
    .argument('[folder]', "where they are; the project's own unless another is named")
    .tells('Exit codes', ['0  no mistakes', '1  mistakes', '2  mistyped']);
  check.does(async (_, folder) => (await import('./queries/check.ts')).checkQueries(folder));
}

function addGenerate(cli: CliCommand): void {
  const generate = cli.command('generate') as CliCommand;
  generate
    .summary('make sample or load-test data')
    .description(
      'Generates telemetry: Parquet objects in a folder or a bucket. Objects of the same key are replaced, others stay.',
    )
    .optionsGroup('Where to:')
    .option('--out <folder>', 'the folder to write to')
    .option('--bucket <name>', 'the bucket to write to, with the credentials of the AWS SDK')
    .option('--prefix <text>', 'what the keys begin with (default: "telemetry/")')
    .option('--endpoint <url>', 'of an S3-compatible store, addressed path-style (S3_ENDPOINT)')
    .option('--region <name>', 'of the bucket (AWS_REGION)')
    .option('--create-bucket', 'makes the bucket if there is none')
    .option(
      '--if-empty',
      'does nothing where there are Parquet objects already, unless they are of such a run that was broken off',
    )
    .optionsGroup('What:')
    .option('--readings <number>', 'readings in all, exactly (default: 50000000)')
    .option('--devices <number>', 'devices that they are spread over (default: 200)')
    .option('--days <number>', 'days that they are spread over (default: 30)')
    .option('--end <date>', 'the midnight UTC that they end at (default: the last one)')
    .option('--objects <number>', 'objects, each one a slice of the time (default: 30)')
    .option(
      '--layout <name>',
      'day: day_001.parquet, or part_001.parquet when the objects are no whole days; hive: date=2026-01-31/part-0.parquet (default: day)',
    )
    .option(
      '--precision <name>',
      'sensor: values in steps of 10 mV, 0.1 °C and 0.1 %, some 6 bytes a reading; full: doubles in all their digits, some four times as many bytes (default: sensor)',
    )
    .option('--seed <number>', 'the same seed gives the same readings (default: 1)')
    .optionsGroup('Options:')
    .tells('Exit codes', ['0  the objects are there', '1  failed', '2  mistyped; nothing was written'])
    .tells('Examples', [
      'telemetry-api generate --out ./load',
      'telemetry-api generate --out ./small --readings 100000 --devices 10 --days 7 --objects 7',
      'telemetry-api generate --bucket load --endpoint http://127.0.0.1:7070 --create-bucket',
    ]);
  generate.does(async (flags) => (await import('./generate/command.ts')).generateObjects(flags));
}

function addKey(cli: CliCommand): void {
  const key = cli.command('key') as CliCommand;
  key.summary('look after API keys').description('Looks after the file of API keys.');
  const create = key.command('create') as CliCommand;
  create
    .summary('make one')
    .description('Makes an API key, shows it once, and writes its hash into the file of keys.')
    .option('--id <name>', 'what the key is called in the log')
    .optionsGroup('What it sees, one of:')
    .option('--all-devices', 'every device')
    .option('--tenant <name>', 'the devices of a tenant of the file')
    .option('--device <id>', 'a device; may be given several times, also with --prefix', collect)
    .option('--prefix <text>', 'the devices whose ids begin so; may be given several times', collect)
    .optionsGroup('Options:')
    .option(
      '--permission <name>',
      'read, refresh or explain; may be given several times (default: read)',
      collect,
    )
    .option('--expires <when>', 'a day (its midnight UTC) or an instant (default: never)')
    .option('--file <path>', 'the file of keys, made if there is none (default: API_KEYS_FILE)')
    .addHelpText(
      'after',
      `
Without a file, the entry is printed for you to add. The service reads the file again by itself.

Exit codes:
  0  made
  1  the file has mistakes, or would have with this entry; it is as it was
  2  mistyped

Examples:
  telemetry-api key create --id frontend --all-devices --file keys.yaml
  telemetry-api key create --id lab --prefix pack-a --expires 2027-01-01 --file keys.yaml`,
    );
  create.does(async (flags) => (await import('./key/command.ts')).createKey(flags));
}

function addTrino(cli: CliCommand): void {
  const trino = cli.command('trino') as CliCommand;
  trino.summary('prepare a Trino cluster').description('Prepares a Trino cluster that reads the objects.');
  const register = trino.command('register') as CliCommand;
  register
    .summary('make a table over the objects')
    .description('Registers a table over the objects of the bucket in a catalog of a Trino cluster.')
    .option('--replace', 'drops a table of that name and makes it anew; the objects stay as they are')
    .option('--footers <number>', 'how many objects are looked into for the types of their columns', '1000')
    .addHelpText(
      'after',
      `
It reads the settings S3_BUCKET, S3_PREFIX, TRINO_URL, TRINO_USER, TRINO_PASSWORD or TRINO_TOKEN, TRINO_CATALOG,
TRINO_SCHEMA, TRINO_TABLE, TRINO_TABLE_FORMAT. The user must be allowed to make tables.

With TRINO_TABLE_FORMAT=delta the objects are those of the Delta table there. In a catalog of Delta Lake, that table is made
known, which needs delta.register-table-procedure.enabled=true. In a catalog of Hive, as for other objects, an external
table is made over them:

The table has the columns of readings, in the types that the objects have. Where all objects lie in folders like
device_id=pack-7/date=2026-01-01/, these become partition columns. A table that is there and fits is left alone. Run it
again when there are new folders: it tells the cluster of them. In all other layouts the cluster finds new objects itself.

At the end the objects that the table shows are compared with those in the bucket.

Exit codes:
  0  the table shows what the bucket holds
  1  failed, or objects are missing in it
  2  mistyped`,
    );
  register.does(async (flags) => (await import('./trino/command.ts')).registerTable(flags));
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
