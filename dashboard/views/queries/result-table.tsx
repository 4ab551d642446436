import { useState } from 'preact/hooks';
import { count } from '../../text/format.ts';
import type { Row } from './drawable.ts';

const PAGE = 100;

/** The rows as they came: times are in UTC. */
export function ResultTable({ rows }: { readonly rows: readonly Row[] }) {
  const [page, setPage] = useState(0);
  const pages = Math.ceil(rows.length / PAGE);
  const at = Math.min(page, pages - 1);
  const names = Object.keys(rows[0] ?? {});
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the keys */}
      <section class="table-scroll table-tall" aria-label="Rows, scrolls" tabIndex={0}>
        <table>
          <thead>
            <tr>
              {names.map((name) => (
                <th key={name} scope="col" class={isNumeric(rows, name) ? 'number' : ''}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(at * PAGE, (at + 1) * PAGE).map((row, index) => (
              // Rows of a query have no key, and equal rows are two.
              <tr key={index}>
                {names.map((name) => (
                  <td key={name} class={typeof row[name] === 'number' ? 'number' : 'nowrap'}>
                    {cell(row[name])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {pages > 1 && (
        <nav class="pages" aria-label="Pages of the rows">
          <span class="muted small">
            Rows {count(at * PAGE + 1)} to {count(Math.min(rows.length, (at + 1) * PAGE))} of{' '}
            {count(rows.length)}
          </span>
          <span class="pages-moves">
            <button type="button" class="button" disabled={at === 0} onClick={() => setPage(at - 1)}>
              Previous
            </button>
            <button type="button" class="button" disabled={at === pages - 1} onClick={() => setPage(at + 1)}>
              Next
            </button>
          </span>
        </nav>
      )}
    </>
  );
}

function isNumeric(rows: readonly Row[], name: string): boolean {
  return typeof rows.find((row) => row[name] !== null)?.[name] === 'number';
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(8)));
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
