import { parseArgs } from 'node:util';
import { ConfigError } from '../../src/errors.ts';
import type { KeyEntry } from './add-key.ts';

export const USAGE = `Makes an API key, shows it once, and writes its hash into the file of keys.

  npm run key:create -- --id NAME (--all-devices | --tenant NAME | --device ID … | --prefix TEXT …)

  --id NAME          what the key is called in the log
  --all-devices      every device
  --tenant NAME      the devices of a tenant of the file
  --device ID        a device; may be given several times, also with --prefix
  --prefix TEXT      the devices whose ids begin so; may be given several times
  --permission NAME  read, refresh or explain; may be given several times  (read)
  --expires WHEN     a day (its midnight UTC) or an instant                (never)
  --file PATH        the file of keys, made if there is none               (API_KEYS_FILE)
  --help

Without a file, the entry is printed for you to add. The service reads the file again by itself.`;

export interface CreateKeyOptions {
  readonly entry: Omit<KeyEntry, 'hash'>;
  /** Unset: the entry is printed. */
  readonly file: string | undefined;
}

/**
 * @param args what follows the script's name
 * @param usualFile API_KEYS_FILE
 * @throws ConfigError for options that are missing or do not go together; their values are checked with the file
 */
export function parseOptions(
  args: readonly string[],
  usualFile: string | undefined,
): CreateKeyOptions | 'help' {
  const values = parsed(args);
  if (values.help === true) return 'help';
  const { id, device: ids, prefix: prefixes, tenant, expires, permission: permissions } = values;
  const problems: string[] = [];
  if (id === undefined) problems.push('--id: expected a name, but got none');
  const chosen = [values['all-devices'], tenant, ids ?? prefixes].filter((one) => one !== undefined);
  if (chosen.length !== 1) {
    const came = chosen.length === 0 ? 'none' : 'several';
    problems.push(
      `expected one of --all-devices, --tenant, and --device or --prefix, which say what the key sees, but got ${came}`,
    );
  }
  const file = values.file ?? (usualFile?.trim() || undefined);
  if (tenant !== undefined && file === undefined) {
    problems.push(
      '--tenant: expected --file or API_KEYS_FILE with it, which has the tenants, but both are unset',
    );
  }
  if (id === undefined || problems.length > 0) throw new ConfigError(problems);
  const devices = values['all-devices'] ? 'all' : { ...(ids && { ids }), ...(prefixes && { prefixes }) };
  return {
    entry: {
      id,
      ...(expires === undefined ? {} : { expires }),
      ...(permissions === undefined ? {} : { permissions }),
      ...(tenant === undefined ? { devices } : { tenant }),
    },
    file,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        id: { type: 'string' },
        device: { type: 'string', multiple: true },
        prefix: { type: 'string', multiple: true },
        tenant: { type: 'string' },
        'all-devices': { type: 'boolean' },
        permission: { type: 'string', multiple: true },
        expires: { type: 'string' },
        file: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new ConfigError([error instanceof Error ? error.message : String(error)]);
  }
}
