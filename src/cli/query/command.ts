import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { Flags } from '../command.ts';
import { EXIT } from '../fail.ts';
import { DATA_FLAGS, settingsOf } from '../setting-flags.ts';
import { UsageError } from '../usage-error.ts';
import { parseFlags, url } from '../values.ts';
import type { Asked, Service } from './service.ts';
import { textTable } from './text-table.ts';

const options = z.object({
  param: z.array(z.string()),
  format: z.enum(['table', 'json', 'csv', 'ndjson', 'parquet', 'arrow']),
  url: url('https://telemetry.example.com').optional(),
});

const BINARY = ['parquet', 'arrow'];
/** What a client may mend by typing something else. */
const MISTYPED = [400, 404];

const problem = z.object({ code: z.string(), detail: z.string() });
const table = z.object({
  rows: z.array(z.record(z.string(), z.unknown())),
  truncated: z.boolean(),
});

/** `telemetry-api query <name>`: by the very route that answers it over HTTP, so that both give and refuse the same. */
export async function query(name: string, flags: Flags): Promise<void> {
  const {
    param,
    format,
    url: service,
  } = parseFlags(options, flags, (given) => [
    ...given.param
      .filter((text) => !/^[^=]+=/.test(text))
      .map((text) => `--param: expected a name and a value like device_id=pack-001, but got: ${text}`),
    ...(given.url === undefined || !isOfData(flags)
      ? []
      : [
          '--url: expected no option that says where the readings are, since the service knows, but got both',
        ]),
  ]);
  if (BINARY.includes(format) && process.stdout.isTTY) {
    throw new UsageError([
      `--format: expected a file or a pipe behind ${format}, but got a terminal; add > ${name}.${format}`,
    ]);
  }
  const asked: Asked = { name, format: format === 'table' ? 'json' : format, search: searchOf(param) };
  const asking = await serviceOf(service, flags);
  try {
    await present(await asking.answer(asked), format);
  } finally {
    await asking.close();
  }
}

async function serviceOf(service: string | undefined, flags: Flags): Promise<Service> {
  if (service !== undefined) {
    const { RemoteService } = await import('./remote-service.ts');
    return new RemoteService(service, process.env['TELEMETRY_API_KEY']);
  }
  const settings = settingsOf(flags, DATA_FLAGS, process.env);
  const [{ offlineConfig }, { LocalService }] = await Promise.all([
    import('../settings.ts'),
    import('./local-service.ts'),
  ]);
  return await LocalService.open(offlineConfig(settings));
}

async function present(answer: Response, format: string): Promise<void> {
  if (!answer.ok) return await refuse(answer);
  if (format === 'table') {
    const { rows, truncated } = table.parse(await answer.json());
    process.stdout.write(textTable(rows, truncated));
    return;
  }
  if (answer.body === null) return;
  try {
    await pipeline(answer.body, process.stdout, { end: false });
    if (format === 'json') process.stdout.write('\n');
  } catch (error) {
    // Whoever reads it has enough, as with `| head`.
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return;
    throw new Error('the rows broke off; what came is not all of them', { cause: error });
  }
  if (answer.headers.get('x-truncated') === 'true') {
    const limit = answer.headers.get('x-row-limit');
    console.error(`There are more rows; a limit has cut them at ${limit}.`);
  }
}

async function refuse(answer: Response): Promise<void> {
  const told = problem.safeParse(await answer.json().catch(() => undefined));
  console.error(
    told.success
      ? `${told.data.code}: ${told.data.detail}`
      : `HTTP_${answer.status}: expected an answer of this service, but got something else`,
  );
  process.exitCode = MISTYPED.includes(answer.status) && told.success ? EXIT.mistyped : EXIT.failed;
}

function searchOf(params: readonly string[]): URLSearchParams {
  return new URLSearchParams(
    params.map((text) => {
      const end = text.indexOf('=');
      return [text.slice(0, end), text.slice(end + 1)];
    }),
  );
}

function isOfData(flags: Flags): boolean {
  const given = settingsOf(flags, DATA_FLAGS, {});
  return DATA_FLAGS.some(({ setting }) => given[setting] !== undefined);
}
