import { changeSearch } from '../../navigation/location.ts';
import { PageMove } from '../../parts/page-move.tsx';
import { TableScroll } from '../../parts/table-scroll.tsx';
import { count } from '../../text/format.ts';
import { isInstant, type Row } from './drawable.ts';
import { changeResult } from './result-url.ts';

const PAGE = 100;

interface ResultTableProps {
  readonly rows: readonly Row[];
  /** From 0 on; beyond the last one: that one. */
  readonly page: number;
}

const goTo = (page: number) => changeSearch((search) => changeResult(search, { page }));

/** The rows as they came: times are in UTC. */
export function ResultTable({ rows, page }: ResultTableProps) {
  const pages = Math.ceil(rows.length / PAGE);
  const at = Math.min(page, pages - 1);
  const names = Object.keys(rows[0] ?? {});
  return (
    <>
      <TableScroll of="Rows" isTall>
        <table>
          <thead>
            <tr>
              {names.map((name) => (
                <th key={name} scope="col" class={isNumeric(rows, name) ? 'number' : ''}>
                  {name}
                  {isInstant(rows, name) && <span class="muted"> (UTC)</span>}
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
      </TableScroll>
      {pages > 1 && (
        <nav class="pages" aria-label="Pages of the rows">
          <span class="muted small">
            Rows {count(at * PAGE + 1)} to {count(Math.min(rows.length, (at + 1) * PAGE))} of{' '}
            {count(rows.length)}
          </span>
          <span class="pages-moves">
            <PageMove isOff={at === 0} act={() => goTo(at - 1)}>
              Previous
            </PageMove>
            <PageMove isOff={at === pages - 1} act={() => goTo(at + 1)}>
              Next
            </PageMove>
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
