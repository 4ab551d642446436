import { type Config, loadConfig } from '../../config/config.ts';
import { ConfigError } from '../../errors.ts';
import { offlineConfig } from '../settings.ts';
import { type Finding, fail, type Looked, ok } from './report.ts';

/** Whether the service would start with them. Mistakes that say nothing of the readings do not end the way. */
export function lookAtSettings(settings: Readonly<Record<string, string | undefined>>): Looked<Config> {
  const problems = problemsOf(() => loadConfig(settings));
  const mistakes: Finding[] = problems.map((problem) =>
    fail(problem, 'mend the setting; the README tells what each may be'),
  );
  if (problemsOf(() => offlineConfig(settings)).length > 0) return { findings: mistakes };
  const config = offlineConfig(settings);
  return { findings: [ok(describe(config)), ...mistakes], value: config };
}

function problemsOf(load: () => Config): readonly string[] {
  try {
    load();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function describe({ data, trino }: Config): string {
  const cluster =
    trino === undefined ? '' : `, read by the Trino cluster at ${new URL(trino.endpoint.url).host}`;
  if (data.kind === 'sample') return 'neither a bucket nor a folder is named';
  if (data.kind === 'local') return `the folder ${data.directory}`;
  const { bucket, prefix, endpoint, region } = data.s3;
  const at = endpoint === undefined ? 'AWS' : new URL(endpoint).host;
  const where = region === undefined ? '' : `, region ${region}`;
  return `the bucket ${bucket} at ${at}${where}, ${prefix === '' ? 'no prefix' : `prefix ${prefix}`}${cluster}`;
}
