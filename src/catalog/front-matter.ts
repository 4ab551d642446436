import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { PARAMETER_TYPES } from '../../schema/query-types.ts';
import { QueryFileError, type QueryProblem } from './query-problem.ts';

const text = z
  .string({ error: expected('text') })
  .trim()
  .min(1, { error: 'expected text, but got nothing' });
const flag = z.boolean({ error: expected('true or false') });
const scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: expected('text, a number, true or false'),
});
const scalars = z
  .array(scalar, { error: expected('a list like [1, 2]') })
  .min(1, { error: 'expected at least one value' });

const typeName = z.enum(PARAMETER_TYPES, {
  error: expected(`one of ${PARAMETER_TYPES.join(', ')}, or one of them as a list, like [String]`),
});

const parameter = z.strictObject(
  {
    type: z.union([typeName, z.tuple([typeName])], {
      error: expected(`one of ${PARAMETER_TYPES.join(', ')}, or one of them as a list, like [String]`),
    }),
    description: text.optional(),
    default: z.union([scalar, z.array(scalar)], { error: expected('a value of the type') }).optional(),
    optional: flag.optional(),
    min: scalar.optional(),
    max: scalar.optional(),
    values: scalars.optional(),
    example: z.union([scalar, z.array(scalar)], { error: expected('a value of the type') }).optional(),
  },
  { error: expected('a parameter like { type: String }') },
);

const frontMatter = z.strictObject(
  {
    description: text.optional(),
    tag: text.optional(),
    cache: z
      .int({ error: expected('whole seconds') })
      .min(0, { error: expected('whole seconds from 0') })
      .max(31_536_000, { error: expected('at most 31536000 seconds, which is a year') })
      .optional(),
    graphql: flag.optional(),
    parameters: z.record(z.string(), parameter, { error: expected('parameters by their names') }).optional(),
    columns: z
      .record(z.string(), text, { error: expected('descriptions by the names of columns') })
      .optional(),
  },
  { error: expected('keys and values, like description: …') },
);

export type DeclaredParameter = z.output<typeof parameter>;

export interface FrontMatter extends z.output<typeof frontMatter> {
  /** The line of the file on which the value at this path stands. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

const FENCE = /^--\s*---\s*$/;
const NONE: FrontMatter = { lineOf: () => undefined };

/**
 * The YAML between two `-- ---` lines at the top of a query file, each line of it a comment of SQL.
 * @returns an empty one for a file without
 * @throws QueryFileError with every mistake: its line, what was expected and what came
 */
export function parseFrontMatter(file: string): FrontMatter {
  const lines = file.split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first === -1 || !FENCE.test(lines[first] ?? '')) return NONE;
  const length = lines.slice(first + 1).findIndex((line) => FENCE.test(line) || !line.startsWith('--'));
  const last = first + 1 + length;
  if (length === -1 || !FENCE.test(lines[last] ?? '')) {
    const line = length === -1 ? lines.length : last + 1;
    throw new QueryFileError([
      {
        line,
        message: `expected a comment, or the line "-- ---" that ends the front matter of line ${first + 1}`,
      },
    ]);
  }
  return parseYaml(
    lines
      .slice(first + 1, last)
      .map((line) => line.replace(/^-- ?/, ''))
      .join('\n'),
    first + 1,
  );
}

function parseYaml(yaml: string, linesBefore: number): FrontMatter {
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter, prettyErrors: false });
  const lineAt = (offset: number) => counter.linePos(offset).line + linesBefore;
  if (document.errors.length > 0) {
    throw new QueryFileError(
      document.errors.map(({ pos, message }) => ({
        line: lineAt(pos[0]),
        message: `expected YAML, but ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
      })),
    );
  }
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let depth = path.length; depth > 0; depth--) {
      const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
      const pair = isMap(parent)
        ? parent.items.find(({ key }) => isScalar(key) && key.value === path[depth - 1])
        : undefined;
      const range = isScalar(pair?.key) ? pair.key.range : undefined;
      if (range != null) return lineAt(range[0]);
    }
    return linesBefore;
  };
  const parsed = frontMatter.safeParse(document.toJS() ?? {});
  if (!parsed.success)
    throw new QueryFileError(parsed.error.issues.flatMap((issue) => problemsOf(issue, lineOf)));
  return { ...parsed.data, lineOf };
}

function problemsOf(issue: z.core.$ZodIssue, lineOf: FrontMatter['lineOf']): Omit<QueryProblem, 'file'>[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(issue.path.length === 0 ? frontMatter.shape : parameter.shape).join(', ');
    return issue.keys.map((key) => ({
      line: lineOf([...issue.path, key]),
      message: `${[...issue.path, key].join('.')}: expected one of ${known}, but got: ${key}`,
    }));
  }
  const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return [{ line: lineOf(issue.path), message: `${where}${issue.message}` }];
}

function expected(what: string) {
  return (issue: { input?: unknown }) =>
    `expected ${what}, but got: ${issue.input === undefined ? 'nothing' : JSON.stringify(issue.input)}`;
}
