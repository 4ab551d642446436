import { existsSync } from 'node:fs';
import { loadConfig } from '../src/config/config.ts';
import { failCommand } from './support/fail-command.ts';
import { parseOptions, USAGE } from './trino-register/options.ts';
import { register } from './trino-register/register.ts';

if (existsSync('.env')) process.loadEnvFile('.env');

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(USAGE);
  } else {
    // One registers before one switches.
    const { data, trino, s3TimeoutMs } = loadConfig({ ...process.env, ENGINE: 'trino' });
    if (data.kind !== 's3' || trino === undefined) throw new Error('expected a bucket and a cluster');
    await register({ ...options, s3: data.s3, s3TimeoutMs, trino, tell: console.log });
  }
} catch (error) {
  failCommand(error);
}
