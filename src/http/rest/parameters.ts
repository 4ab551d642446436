import { z } from 'zod';
import { DEVICE_ORDER_FIELDS } from '../../../schema/context.ts';
import { amountOf, DEFAULTS } from '../../../schema/limit-values.ts';
import { DateTime, LocalDate, TimeZone } from '../../../schema/scalars.ts';
import { ArgumentError } from '../../errors.ts';
import { snakeCase } from '../../loaders/camel-case.ts';

/** The query parameters of REST, checked by the very scalars of the schema. */
export function scalar(
  type: { parseValue(value: unknown): string },
  description: string,
  example: string,
  format?: 'date' | 'date-time',
) {
  return z
    .string()
    .transform((value, context) => {
      try {
        return type.parseValue(value);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
        return z.NEVER;
      }
    })
    .meta({ description, example, ...(format === undefined ? {} : { format }) });
}

export const deviceIds = z
  .array(z.string())
  .optional()
  .meta({ description: 'Only these devices; repeat the parameter for several. Unset: all.' });

export const limit = z
  .string()
  .regex(/^\d{1,9}$/, { error: (issue) => `expected a whole number from 0, but got: ${String(issue.input)}` })
  .transform(Number)
  .optional();

/** What a question about readings is cut at. */
export const instantRange = {
  from: scalar(
    DateTime,
    'From this instant, inclusive. Unset: from the first reading.',
    '2026-01-10T00:00:00Z',
    'date-time',
  ).optional(),
  to: scalar(
    DateTime,
    'Up to this instant, exclusive. Unset: to the last reading.',
    '2026-01-11T00:00:00Z',
    'date-time',
  ).optional(),
};

export const noParameters = z.strictObject({});

export const deviceParameters = z.strictObject({ device_id: deviceIds });

export const dayParameters = z.strictObject({
  device_id: deviceIds,
  from: scalar(
    LocalDate,
    'First day, inclusive, in `time_zone`. Unset: from the first reading.',
    '2026-01-01',
    'date',
  ).optional(),
  to: scalar(
    LocalDate,
    'Last day, inclusive, in `time_zone`. Unset: to the last reading.',
    '2026-01-31',
    'date',
  ).optional(),
  time_zone: scalar(
    TimeZone,
    'IANA time zone in which days begin and end. Unset: UTC.',
    'Europe/Berlin',
  ).optional(),
});

export const readingsExportParameters = z.strictObject({
  device_id: deviceIds,
  ...instantRange,
});

export const devicesParameters = z.strictObject({
  device_id: deviceIds,
  search: z
    .string()
    .optional()
    .meta({ description: 'Only devices whose id contains this text, in any case.' }),
  seen_since: scalar(
    DateTime,
    'Only devices seen at or after this instant.',
    '2026-01-31T12:00:00Z',
    'date-time',
  ).optional(),
  seen_before: scalar(
    DateTime,
    'Only devices last seen before this instant.',
    '2026-01-31T12:00:00Z',
    'date-time',
  ).optional(),
  order_by: z
    .enum(DEVICE_ORDER_FIELDS.map(snakeCase) as [string, ...string[]])
    .default('device_id')
    .meta({ description: 'Devices without the value come last.' }),
  direction: z.enum(['asc', 'desc']).default('asc').meta({ description: 'Which end comes first.' }),
  first: limit.meta({ description: 'Devices a page. Unset: all. The `Link` header leads to the next page.' }),
  after: z.string().optional().meta({ description: 'Cursor of the page, from the `Link` header.' }),
});

export const readingsParameters = z.strictObject({
  device_id: z
    .string({ error: 'expected the id of one device' })
    .meta({ description: 'The device.', example: 'pack-001' }),
  ...instantRange,
  direction: z
    .enum(['asc', 'desc'])
    .default('asc')
    .meta({ description: 'Oldest first, or the same order backwards.' }),
  first: limit.meta({
    description: `Readings a page, at most ${amountOf('readingsPage')}. Unset: ${DEFAULTS.readingsPage}. The \`Link\` header leads to the next page.`,
  }),
  after: z.string().optional().meta({ description: 'Cursor of the page, from the `Link` header.' }),
});

/**
 * @throws ArgumentError that names the parameter, what was expected and what came. Unknown parameters are refused,
 * since a misspelt filter would quietly answer too much.
 */
export function parseParameters<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  search: URLSearchParams,
): z.output<z.ZodObject<Shape, z.core.$strict>> {
  const given: Record<string, unknown> = {};
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name);
    const isList = takesSeveral(schema.shape[name]);
    if (!isList && values.length > 1) {
      throw new ArgumentError(name, `expected one value, but got ${values.length}`);
    }
    given[name] = isList ? values : values[0];
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const known = Object.keys(schema.shape).join(', ') || 'no parameters';
    throw new ArgumentError(issue.keys[0] ?? '', `expected ${known}, but got: ${issue.keys.join(', ')}`);
  }
  const name = String(issue?.path[0] ?? '');
  const came = issue?.code === 'invalid_value' ? `, but got: ${String(given[name])}` : '';
  throw new ArgumentError(name, `${issue?.message ?? 'invalid'}${came}`, { cause: parsed.error });
}

/** Lists are the parameters that may be repeated. */
function takesSeveral(parameter: unknown): boolean {
  const required = parameter instanceof z.ZodOptional ? parameter.unwrap() : parameter;
  return required instanceof z.ZodArray;
}
