/** Comments, text, quoted names and dollar-quoted text: where a `$name` is no parameter and a `;` no end. */
const OPAQUE =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\b[eE]'(?:\\[\s\S]|''|[^'\\])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$)[\s\S]*?\1/g;

const PARAMETER = /(?<![\w$])\$([A-Za-z_]\w*)/g;

/** The statement with all that is opaque blanked out; every other character keeps its place. */
export function bareSql(sql: string): string {
  return sql.replaceAll(OPAQUE, (piece) => piece.replaceAll(/[^\n]/g, ' '));
}

/** The names of the `$name` parameters that a statement binds, in order of their first use, and where that is. */
export function sqlParameters(sql: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const { 1: name = '', index } of bareSql(sql).matchAll(PARAMETER)) {
    if (!found.has(name)) found.set(name, index);
  }
  return found;
}

/** The statement with an expression in the place of each `$name`. */
export function replaceParameters(sql: string, expression: (name: string) => string): string {
  let text = '';
  let end = 0;
  for (const { 0: reference, 1: name = '', index } of bareSql(sql).matchAll(PARAMETER)) {
    text += sql.slice(end, index) + expression(name);
    end = index + reference.length;
  }
  return text + sql.slice(end);
}

/** The line, from 1, of a place in a text. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
