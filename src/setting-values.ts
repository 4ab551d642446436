import { z } from 'zod';

/** What settings consist of: text of the environment, checked, with what was expected and what came. */
export const whole = (minimum: number, maximum: number) =>
  z
    .string()
    .trim()
    .regex(/^[+-]?\d+$/, { error: (issue) => `expected a whole number, but got: ${String(issue.input)}` })
    .transform(Number)
    .pipe(
      z
        .number()
        .min(minimum, { error: (issue) => `expected at least ${minimum}, but got: ${String(issue.input)}` })
        .max(maximum, { error: (issue) => `expected at most ${maximum}, but got: ${String(issue.input)}` }),
    );

export const text = z.string().trim().min(1);

/** Long enough not to be guessed, and never repeated. */
export const token = z
  .string()
  .trim()
  .min(16, { error: 'expected at least 16 characters; it is not shown here' });

export const httpUrl = (example: string) =>
  text.refine((value) => URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol), {
    error: (issue) => `expected a URL like ${example}, but got: ${withoutPassword(String(issue.input))}`,
  });

export const trueOrFalse = z
  .enum(['true', 'false'], { error: (issue) => `expected true or false, but got: ${String(issue.input)}` })
  .transform((value) => value === 'true');

export const flag = trueOrFalse.default(false);

/** Web origins, divided by commas; `*` stands for all of them. */
export const origins = text
  .refine((list) => originsOf(list).every(isOrigin), {
    error: (issue) =>
      `expected origins like https://app.example.com, divided by commas, or *, but got: ${String(issue.input)}`,
  })
  .transform(originsOf);

function originsOf(list: string): string[] {
  return list.split(',').map((origin) => origin.trim());
}

function isOrigin(value: string): boolean {
  return value === '*' || (/^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value);
}

/** Names of hosts as URLs have them, divided by commas; `*` stands for all of them. */
export const hostNames = text
  .transform((list) => list.split(',').map((name) => name.trim().toLowerCase()))
  .refine((names) => names.every((name) => name === '*' || isHostName(name)), {
    error: (issue) =>
      `expected names of hosts without ports like telemetry.example.com or [::1], divided by commas, or *, but got: ${String(issue.input)}`,
  });

function isHostName(name: string): boolean {
  return URL.canParse(`http://${name}`) && new URL(`http://${name}`).hostname === name;
}

/** Also of text that is no URL, since that is what messages repeat: all before the last `@` may be a password. */
function withoutPassword(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1…@');
}
