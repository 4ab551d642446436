import { type Document, isCollection, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** Thrown with every mistake: its line and place, what was expected and what came. */
export class YamlMistakes extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** YAML, or JSON, which is a part of it, checked by a schema. @throws YamlMistakes */
export function parseCheckedYaml<T>(text: string, schema: z.ZodType<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => `line ${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    throw new YamlMistakes(
      document.errors.map(
        ({ pos, message }) =>
          `${at(pos[0])}: expected YAML or JSON, but ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
      ),
    );
  }
  const offsetOf = (path: readonly PropertyKey[]): number => {
    for (let depth = path.length; depth > 0; depth--) {
      const parent = document.getIn(path.slice(0, depth - 1), true);
      const last = path[depth - 1];
      const pair = isMap(parent)
        ? parent.items.find(({ key }) => isScalar(key) && key.value === last)
        : undefined;
      const node = pair?.key ?? (isCollection(parent) ? parent.get(last, true) : undefined);
      if (isNode(node) && node.range != null) return node.range[0];
    }
    return 0;
  };
  const parsed = schema.safeParse(contentsOf(document));
  if (parsed.success) return parsed.data;
  throw new YamlMistakes(
    parsed.error.issues.flatMap((issue) => {
      const paths =
        issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
      return paths.map((path) => {
        const where = path.length === 0 ? '' : `, ${path.join('.')}`;
        const message =
          issue.code === 'unrecognized_keys' ? 'expected no key of this name here' : issue.message;
        return `${at(offsetOf(path))}${where}: ${message}`;
      });
    }),
  );
}

/** Aliases that lead nowhere, or to too much, are noticed only here. */
function contentsOf(document: Document.Parsed): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new YamlMistakes([
      `expected YAML or JSON, but got: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
}
