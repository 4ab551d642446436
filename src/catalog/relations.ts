import { RELATIONS, type RelationSql } from '../rollup/relations-sql.ts';
import { bareSql, lineAt } from './sql-text.ts';

const ROLLED_UP: ReadonlyMap<string, RelationSql> = new Map(Object.entries(RELATIONS));
const SCANNED = ['TELEMETRY', 'S3_PATH'];

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;
const PLACEHOLDER_NAME = /^\{\{\w+\}\}$/;

const braced = (names: Iterable<string>, last: string) =>
  [...names]
    .map((name) => `{{${name}}}`)
    .join(', ')
    .replace(/, ([^,]*)$/, ` ${last} $1`);

/** Whether a statement is answered from the rollups. What stands in comments and text does not count. */
export function usesRollups(sql: string): boolean {
  return [...bareSql(sql).matchAll(PLACEHOLDER)].some(([, name = '']) => ROLLED_UP.has(name));
}

/** Whether it reads hours, which rollups of days do not have. */
export function usesHours(sql: string): boolean {
  return [...bareSql(sql).matchAll(PLACEHOLDER)].some(([, name]) => name === 'DEVICE_HOURS');
}

/** Whether the paths of the objects are put into a statement. */
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

/**
 * What DuckDB's parser can make of the statement: in the place of each relation stands a subquery, as it does when the
 * statement runs, and reads a relation that nothing else in a query can name.
 */
export function parseable(sql: string): string {
  return sql.replaceAll(PLACEHOLDER, (placeholder, name: string) => {
    const lines = placeholder.replaceAll(/[^\n]/g, '');
    return name === 'S3_PATH' ? `$s3_path${lines}` : `(SELECT * FROM "{{${name}}}"${lines})`;
  });
}

/** Whether it is the name that `parseable` gives to a relation. */
export function isRelation(table: string): boolean {
  return PLACEHOLDER_NAME.test(table);
}

/** What is wrong with the placeholders of a file, and on which line. */
export function placeholderProblems(sql: string): { line: number; message: string }[] {
  const names = [...SCANNED, ...ROLLED_UP.keys()];
  const unknown = [...sql.matchAll(PLACEHOLDER)].filter(([, name = '']) => !names.includes(name));
  if (unknown.length > 0) {
    return unknown.map(({ 0: placeholder, index }) => ({
      line: lineAt(sql, index),
      message: `expected ${braced(names, 'or')}, but got ${placeholder}`,
    }));
  }
  const bare = bareSql(sql);
  const quoted = [...sql.matchAll(PLACEHOLDER)].filter(({ index }) => !bare.startsWith('{{', index));
  if (quoted.length > 0) {
    return quoted.map(({ 0: placeholder, index }) => ({
      line: lineAt(sql, index),
      message: `expected ${placeholder} without quotes around it`,
    }));
  }
  return mixedProblems(sql);
}

/** Rollups answer in another engine than the objects, so that no statement reaches both. */
function mixedProblems(sql: string): { line: number; message: string }[] {
  const used = [...sql.matchAll(PLACEHOLDER)];
  const [first] = used;
  const isRolledUp = ROLLED_UP.has(first?.[1] ?? '');
  const other = used.find(([, name = '']) => ROLLED_UP.has(name) !== isRolledUp);
  if (first === undefined || other === undefined) return [];
  const fitting = braced(isRolledUp ? ROLLED_UP.keys() : SCANNED, 'and');
  return [
    {
      line: lineAt(sql, other.index),
      message: `expected nothing but ${fitting} beside ${first[0]}, since one query reads either the rollups or the objects, but got ${other[0]}`,
    },
  ];
}
