import { z } from 'zod';
import { UsageError } from './usage-error.ts';

/** The value of an option that is a whole number. */
export const whole = (minimum: number, maximum: number) =>
  z.string().transform((text, context) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return value;
    context.addIssue(`expected a whole number from ${minimum} to ${maximum}, but got: ${text}`);
    return z.NEVER;
  });

/** One of two names. The first one is the default. */
export const oneOf = <const Name extends string>(first: Name, second: Name) =>
  z
    .enum([first, second], {
      error: ({ input }) => `expected ${first} or ${second}, but got: ${String(input)}`,
    })
    .default(first);

export const text = z.string().min(1, { error: 'expected a value, but got an empty one' });

export const url = (example: string) =>
  text.refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    error: ({ input }) => `expected a URL like ${example}, but got: ${String(input)}`,
  });

/** The options as they are to be. @throws UsageError that lists every mistake, those of `more` with them */
export function parseFlags<T>(
  schema: z.ZodType<T>,
  flags: unknown,
  more: (parsed: T) => readonly string[] = () => [],
): T {
  const parsed = schema.safeParse(flags);
  const problems = parsed.success
    ? more(parsed.data)
    : parsed.error.issues.map((issue) => `--${optionName(issue.path.join('.'))}: ${issue.message}`);
  if (!parsed.success || problems.length > 0) throw new UsageError(problems);
  return parsed.data;
}

function optionName(member: string): string {
  return member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
