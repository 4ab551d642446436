import { z } from 'zod';
import type { Flags } from '../command.ts';
import { parseFlags } from '../values.ts';
import type { KeyEntry } from './add-key.ts';

export interface CreateKeyOptions {
  readonly entry: Omit<KeyEntry, 'hash'>;
  /** Unset: the entry is printed. */
  readonly file: string | undefined;
}

const texts = z.array(z.string()).optional();
const options = z.object({
  id: z.string({ error: 'expected a name, but got none' }),
  allDevices: z.boolean().optional(),
  tenant: z.string().optional(),
  device: texts,
  prefix: texts,
  permission: texts,
  expires: z.string().optional(),
  file: z.string().optional(),
});

/**
 * @param usualFile API_KEYS_FILE
 * @throws UsageError for options that are missing or do not go together; their values are checked with the file
 */
export function parseOptions(flags: Flags, usualFile: string | undefined): CreateKeyOptions {
  const usual = usualFile?.trim() || undefined;
  const given = parseFlags(options, { file: usual, ...flags }, contradictions);
  const { id, allDevices, device: ids, prefix: prefixes, tenant, expires, permission: permissions } = given;
  const devices = allDevices ? 'all' : { ...(ids && { ids }), ...(prefixes && { prefixes }) };
  return {
    entry: {
      id,
      ...(expires === undefined ? {} : { expires }),
      ...(permissions === undefined ? {} : { permissions }),
      ...(tenant === undefined ? { devices } : { tenant }),
    },
    file: given.file,
  };
}

function contradictions({ allDevices, tenant, device, prefix, file }: z.infer<typeof options>): string[] {
  const problems: string[] = [];
  const chosen = [allDevices, tenant, device ?? prefix].filter((one) => one !== undefined);
  if (chosen.length !== 1) {
    const came = chosen.length === 0 ? 'none' : 'several';
    problems.push(
      `expected one of --all-devices, --tenant, and --device or --prefix, which say what the key sees, but got ${came}`,
    );
  }
  if (tenant !== undefined && file === undefined) {
    problems.push(
      '--tenant: expected --file or API_KEYS_FILE with it, which has the tenants, but both are unset',
    );
  }
  return problems;
}
