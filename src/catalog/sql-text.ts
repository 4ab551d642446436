import { sqlPieces } from '../engine/sql-pieces.ts';

/** Blanks out a piece; lines keep their places. */
const blank = (text: string) => text.replaceAll(/[^\n]/g, ' ');

/**
 * The statement without its comments, and with plain spaces: what says nothing to DuckDB cannot be read in two ways.
 * Every other character keeps its place.
 */
export function plainSql(sql: string): string {
  let plain = '';
  for (const { kind, text } of sqlPieces(sql)) {
    if (kind === 'comment') plain += blank(text);
    // Text goes on behind a line break, of which there are two kinds.
    else plain += kind === 'space' ? text.replaceAll(/[^\n\r]/g, ' ') : text;
  }
  return plain;
}

/** The statement with comments, text and quoted names blanked out; every other character keeps its place. */
export function bareSql(sql: string): string {
  let bare = '';
  for (const { kind, text } of sqlPieces(sql)) {
    bare += kind === 'comment' || kind === 'quoted' ? blank(text) : text;
  }
  return bare;
}

/** The names of the `$name` parameters that a statement binds, in order of their first use, and where that is. */
export function sqlParameters(sql: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const { kind, text, index } of sqlPieces(sql)) {
    const name = text.slice(1);
    if (kind === 'parameter' && !found.has(name)) found.set(name, index);
  }
  return found;
}

/** The statement with an expression in the place of each `$name`. */
export function replaceParameters(sql: string, expression: (name: string) => string): string {
  let replaced = '';
  for (const { kind, text } of sqlPieces(sql)) {
    replaced += kind === 'parameter' ? expression(text.slice(1)) : text;
  }
  return replaced;
}

/** The line, from 1, of a place in a text. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
