import { RELATIONS, type RelationSql } from '../rollup/relations-sql.ts';
import { bareSql, lineAt } from './sql-text.ts';

const ROLLED_UP: ReadonlyMap<string, RelationSql> = new Map(Object.entries(RELATIONS));
const SCANNED = ['TELEMETRY', 'S3_PATH'];

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

const braced = (names: Iterable<string>, last: string) =>
  [...names]
    .map((name) => `{{${name}}}`)
    .join(', ')
    .replace(/, ([^,]*)$/, ` ${last} $1`);

/** Whether a statement is answered from the rollups. What stands in comments and text does not count. */
export function usesRollups(sql: string): boolean {
  return [...bareSql(sql).matchAll(PLACEHOLDER)].some(([, name = '']) => ROLLED_UP.has(name));
}

/** Whether the paths of the objects are put into a statement, in a comment too. */
export function namesPaths(sql: string): boolean {
  return [...sql.matchAll(PLACEHOLDER)].some(([, name]) => name === 'S3_PATH');
}

/** The statement with each relation of the rollups in its place: as the store has it, or over `{{TELEMETRY}}`. */
export function expandRelations(sql: string, from: keyof RelationSql): string {
  return sql.replaceAll(
    PLACEHOLDER,
    (placeholder, name: string) =>
      // In one line, so that a comment may name it, and lines in messages stay those of the file.
      ROLLED_UP.get(name)?.[from].replaceAll(/\s*\n\s*/g, ' ') ?? placeholder,
  );
}

/** What a parser can make of the statement: a relation is a name, and the paths are a list. */
export function parseable(sql: string): string {
  return sql.replaceAll(PLACEHOLDER, (_, name: string) => (name === 'S3_PATH' ? '[]' : name.toLowerCase()));
}

/** What is wrong with the placeholders of a file, and on which line. */
export function placeholderProblems(text: string): { line: number; message: string }[] {
  const names = [...SCANNED, ...ROLLED_UP.keys()];
  const unknown = [...text.matchAll(PLACEHOLDER)].filter(([, name = '']) => !names.includes(name));
  if (unknown.length > 0) {
    return unknown.map(({ 0: placeholder, index }) => ({
      line: lineAt(text, index),
      message: `expected ${braced(names, 'or')}, but got ${placeholder}`,
    }));
  }
  return mixedProblems(text);
}

/** Rollups answer in another engine than the objects, so that no statement reaches both. */
function mixedProblems(text: string): { line: number; message: string }[] {
  const used = [...bareSql(text).matchAll(PLACEHOLDER)];
  const [first] = used;
  const isRolledUp = ROLLED_UP.has(first?.[1] ?? '');
  const other = used.find(([, name = '']) => ROLLED_UP.has(name) !== isRolledUp);
  if (first === undefined || other === undefined) return [];
  const fitting = braced(isRolledUp ? ROLLED_UP.keys() : SCANNED, 'and');
  return [
    {
      line: lineAt(text, other.index),
      message: `expected nothing but ${fitting} beside ${first[0]}, since one query reads either the rollups or the objects, but got ${other[0]}`,
    },
  ];
}
