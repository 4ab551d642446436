import { z } from 'zod';

/** A type as Trino describes it, such as `array(timestamp(6))`. */
export interface TypeSignature {
  readonly rawType: string;
  readonly arguments: readonly TypeArgument[];
}

type TypeArgument =
  | { readonly kind: 'LONG'; readonly value: number }
  | { readonly kind: 'TYPE'; readonly value: TypeSignature }
  | {
      readonly kind: 'NAMED_TYPE';
      readonly value: {
        readonly fieldName?: { readonly name: string } | null | undefined;
        readonly typeSignature: TypeSignature;
      };
    }
  | { readonly kind: 'VARIABLE'; readonly value: unknown };

const typeSignature: z.ZodType<TypeSignature> = z.object({
  rawType: z.string(),
  get arguments() {
    return z.array(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('LONG'), value: z.number() }),
        z.object({ kind: z.literal('TYPE'), value: typeSignature }),
        z.object({
          kind: z.literal('NAMED_TYPE'),
          value: z.object({
            fieldName: z.object({ name: z.string() }).nullish(),
            typeSignature,
          }),
        }),
        z.object({ kind: z.literal('VARIABLE'), value: z.unknown() }),
      ]),
    );
  },
});

const column = z.object({ name: z.string(), typeSignature });
export type TrinoColumn = z.infer<typeof column>;

/** One answer of the protocol. A query has come to its end, well or not, where there is no `nextUri`. */
const queryResults = z.object({
  id: z.string(),
  nextUri: z.url().optional(),
  columns: z.array(column).optional(),
  // Rows are looked at when they are converted, by the types of their columns.
  data: z.custom<readonly (readonly unknown[])[]>(Array.isArray).optional(),
  error: z
    .object({ message: z.string().default(''), errorName: z.string(), errorType: z.string().default('') })
    .optional(),
});
export type QueryResults = z.infer<typeof queryResults>;

/** @throws ZodError or SyntaxError for what Trino does not send */
export function parseResults(text: string): QueryResults {
  return queryResults.parse(parseExactly(text));
}

/** Whole numbers that a `number` may not hold. */
const LONG_NUMBER = /[[,:]\s*-?\d{16,}\s*[\],}]/;

/** `JSON.parse`, with a bigint where a whole number would be rounded. */
function parseExactly(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source;
    if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value;
    return /^-?\d+$/.test(source) ? BigInt(source) : value;
  });
}
