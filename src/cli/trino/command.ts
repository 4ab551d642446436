import type { Flags } from '../command.ts';
import { offlineConfig } from '../settings.ts';
import { parseOptions } from './options.ts';
import { register } from './register.ts';

/** `telemetry-api trino register` */
export async function registerTable(flags: Flags): Promise<void> {
  const options = parseOptions(flags);
  // One registers before one switches.
  const { data, trino, s3TimeoutMs } = offlineConfig({ ...process.env, ENGINE: 'trino' });
  if (data.kind !== 's3' || trino === undefined) throw new Error('expected a bucket and a cluster');
  await register({ ...options, s3: data.s3, s3TimeoutMs, trino, tell: console.log });
}
