import { z } from 'zod';
import { withoutKeys } from './api-key.ts';
import { parseCheckedYaml, YamlMistakes } from './checked-yaml.ts';
import { KeyRing } from './key-ring.ts';
import { type DeviceScope, PERMISSIONS } from './viewer.ts';

const some = z
  .array(z.string({ error: expected('text') }).min(1, { error: 'expected text, but got nothing' }), {
    error: expected('a list like [pack-a, pack-b]'),
  })
  .min(1, { error: 'expected at least one' });

const devices = z.union(
  [
    z.literal('all'),
    z
      .strictObject({ ids: some.optional(), prefixes: some.optional() })
      .refine(({ ids, prefixes }) => ids !== undefined || prefixes !== undefined, {
        error: 'expected ids or prefixes, but got neither',
      }),
  ],
  { error: 'expected all, or ids or prefixes, like { prefixes: [pack-a] }' },
);

const expires = z
  .string({ error: expected('a day or an instant, like 2027-01-31') })
  .refine(
    (value) =>
      z.iso
        .date()
        .or(z.iso.datetime({ offset: true }))
        .safeParse(value).success,
    {
      error: expected('a day, which is its midnight UTC, or an instant, like 2027-01-31T12:00:00Z'),
    },
  )
  .transform((value) => new Date(value));

const key = z
  .strictObject(
    {
      id: z
        .string({ error: expected('a name') })
        .regex(/^[A-Za-z0-9][\w.-]{0,63}$/, {
          error: expected('a name of letters, digits, ".", "_" and "-"'),
        })
        // It goes to the log.
        .refine((id) => !id.startsWith('tak_'), { error: 'expected a name, but got what may be a key' }),
      // Whoever puts the key itself here by mistake does not find it in the log.
      hash: z
        .string({ error: 'expected sha256: and 64 hexadecimal digits' })
        .regex(/^sha256:[0-9a-f]{64}$/, {
          error: 'expected sha256: and 64 hexadecimal digits; what came is not shown here',
        })
        .transform((hash) => Buffer.from(hash.slice('sha256:'.length), 'hex')),
      expires: expires.optional(),
      permissions: z
        .array(z.enum(PERMISSIONS, { error: expected(`one of ${PERMISSIONS.join(', ')}`) }), {
          error: expected(`a list of ${PERMISSIONS.join(', ')}`),
        })
        .default(['read']),
      devices: devices.optional(),
      tenant: z.string({ error: expected('the name of a tenant') }).optional(),
    },
    { error: 'expected a key like { id: …, hash: …, devices: … }' },
  )
  .refine((one) => (one.devices === undefined) !== (one.tenant === undefined), {
    error: 'expected either devices or tenant; devices: all stands for every device',
  });

const file = z
  .strictObject(
    {
      tenants: z
        .record(z.string().min(1), devices, { error: expected('tenants by their names') })
        .default({}),
      keys: z.array(key, { error: 'expected a list of keys' }).default([]),
    },
    { error: 'expected tenants: and keys:' },
  )
  .superRefine(({ keys, tenants }, context) => {
    for (const [index, { id, hash, tenant }] of keys.entries()) {
      const problem = (name: string, message: string) =>
        context.addIssue({ code: 'custom', path: ['keys', index, name], message });
      const before = keys.slice(0, index);
      if (before.some((other) => other.id === id)) {
        problem('id', `expected an id of its own, but there is another ${id}`);
      }
      if (before.some((other) => other.hash.equals(hash))) problem('hash', 'expected a key only once');
      if (tenant !== undefined && !Object.hasOwn(tenants, tenant)) {
        problem('tenant', `expected one of tenants:, but got: ${tenant}`);
      }
    }
  });

/** @throws YamlMistakes with all of them, none of which repeats a key */
export function parseKeys(text: string): KeyRing {
  try {
    const { keys, tenants } = parseCheckedYaml(text, file);
    const scopes = new Map(Object.entries(tenants).map(([name, given]) => [name, scopeOf(given)]));
    return new KeyRing(
      keys.map(({ id, hash, permissions, ...one }) => ({
        id,
        digest: hash,
        expires: one.expires,
        permissions,
        devices: one.tenant === undefined ? scopeOf(one.devices) : scopeOf(tenants[one.tenant]),
      })),
      scopes,
    );
  } catch (error) {
    if (error instanceof YamlMistakes) throw new YamlMistakes(error.problems.map(withoutKeys));
    throw error;
  }
}

/** What the checks should have refused sees nothing. */
function scopeOf(given: z.output<typeof devices> | undefined): DeviceScope | null {
  return given === 'all' ? null : { ids: given?.ids ?? [], prefixes: given?.prefixes ?? [] };
}

function expected(what: string) {
  return (issue: { input?: unknown }) =>
    `expected ${what}, but got: ${issue.input === undefined ? 'nothing' : JSON.stringify(issue.input)}`;
}
