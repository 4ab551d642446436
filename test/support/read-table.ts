import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { queryRows } from './query-parquet.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface ReadTable {
  /** By the names of the columns, as the format tells them; unset: it tells none. */
  readonly types?: Readonly<Record<string, string>>;
  /** Values as JSON has them, days and instants as text with the digits that they need. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Each reads a body by means that share nothing with what wrote it. */
export const READERS: Readonly<Record<string, (body: Uint8Array) => ReadTable | Promise<ReadTable>>> = {
  csv: (body) => ({ rows: readCsv(new TextDecoder('utf-8', { fatal: true }).decode(body)) }),
  ndjson: (body) => ({
    rows: new TextDecoder()
      .decode(body)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line)),
  }),
  parquet: readParquet,
  arrow: readArrow,
};

/** By the letter of RFC 4180. Values are text, and null where there is nothing. */
function readCsv(text: string): Record<string, string | null>[] {
  const lines: (string | null)[][] = [];
  let line: (string | null)[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (found === null) throw new Error(`No CSV: ${text.slice(0, 200)}`);
    line.push(found[1]?.replaceAll('""', '"') ?? (found[2] || null));
    if (found[3] === ',') continue;
    lines.push(line);
    line = [];
  }
  const [names = [], ...rows] = lines;
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])));
}

async function readParquet(body: Uint8Array): Promise<ReadTable> {
  const file = path.join(await temporaryFolder(), 'table.parquet');
  await writeFile(file, body);
  const source = `read_parquet('${file}')`;
  const described = await queryRows(`DESCRIBE FROM ${source}`);
  const types = Object.fromEntries(
    described.map(({ column_name: name, column_type: type }) => [String(name), String(type)]),
  );
  const columns = Object.entries(types).map(([name, type]) =>
    type.startsWith('TIMESTAMP') ? `epoch_us("${name}") AS "${name}"` : `"${name}"`,
  );
  const rows = await queryRows(`SELECT ${columns.join(', ')} FROM ${source}`);
  return { types, rows: rows.map((row) => normal(row, types)) };
}

/** Arrow's numbers of types, as DuckDB calls them. */
const ARROW_TYPES: Readonly<Record<number, string>> = {
  2: 'INTEGER',
  3: 'DOUBLE',
  5: 'VARCHAR',
  6: 'BOOLEAN',
  8: 'DATE',
  10: 'TIMESTAMP WITH TIME ZONE',
};

function readArrow(body: Uint8Array): ReadTable {
  const table = tableFromIPC(body, { useBigInt: true, useBigIntTimestamp: true, useDate: false });
  const types = Object.fromEntries(
    table.schema.fields.map(({ name, type }) => {
      const known = ARROW_TYPES[type.typeId] ?? `type ${type.typeId}`;
      return [name, known === 'INTEGER' && 'bitWidth' in type && type.bitWidth === 64 ? 'BIGINT' : known];
    }),
  );
  const rows = table.toArray().map((row) => normal({ ...row }, types));
  return { types, rows };
}

function normal(row: Readonly<Record<string, unknown>>, types: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value === null ? null : plain(value, types[name] ?? ''),
    ]),
  );
}

function plain(value: unknown, type: string): unknown {
  if (type.startsWith('TIMESTAMP')) return instantText(BigInt(value as string | bigint));
  if (type === 'DATE')
    return typeof value === 'string' ? value : new Date(Number(value)).toISOString().slice(0, 10);
  if (type === 'BIGINT') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  // JSON has no other zero.
  return value === 0 ? 0 : value;
}

function instantText(micros: bigint): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const text = new Date(Number((micros - rest) / 1000n)).toISOString();
  return rest === 0n ? text : text.replace('Z', `${String(rest).padStart(3, '0').replace(/0+$/, '')}Z`);
}
