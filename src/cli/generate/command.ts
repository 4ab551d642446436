import { storeEndpoint } from '../../config/config.ts';
import type { Flags } from '../command.ts';
import { parseOptions } from './options.ts';

/** `telemetry-api generate`: tells of each object on stderr. */
export async function generateObjects(flags: Flags): Promise<void> {
  const options = parseOptions(withEndpoint(flags), new Date());
  const { generate, megabytes } = await import('./generate.ts');
  const started = performance.now();
  const generated = await generate(options, (line) => console.error(line));
  if (generated.objects === 0) {
    console.error(`Nothing to do: there are Parquet objects in ${generated.location}`);
    return;
  }
  const { location, objects, readings, bytes } = generated;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.error(
    `${readings.toLocaleString('en')} readings in ${objects} objects (${megabytes(bytes)}) in ${seconds} s: ${location}`,
  );
}

/** The store of the settings, where a bucket is named and no store. */
function withEndpoint(flags: Flags): Flags {
  const { S3_ENDPOINT, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env;
  const endpoint = storeEndpoint({ S3_ENDPOINT, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL });
  const isOpen = flags['bucket'] !== undefined && flags['endpoint'] === undefined && endpoint;
  return isOpen ? { ...flags, endpoint } : flags;
}
