import type { ObjectListQuery, ObjectStatus } from '../../generated/graphql.ts';
import { type Column, ColumnHead } from '../../parts/column-head.tsx';
import { TableScroll } from '../../parts/table-scroll.tsx';
import { zone } from '../../settings/zone.ts';
import { bytes, count } from '../../text/format.ts';
import { instant } from '../../text/instant.ts';
import { change } from './change.ts';
import type { ObjectSort, ObjectsAddress } from './objects-url.ts';

type ListedObject = ObjectListQuery['dataset']['objects']['edges'][number]['node'];

const COLUMNS: readonly Column<ObjectSort>[] = [
  { label: 'Object', sort: 'key' },
  { label: 'Status' },
  { label: 'Written', sort: 'written' },
  { label: 'Size', sort: 'size', style: 'number' },
  { label: 'Rows', style: 'number wide-only' },
  { label: 'Readings', style: 'number wide-only' },
  { label: 'Devices', style: 'number wide-only' },
  { label: 'First reading', style: 'wide-only' },
  { label: 'Last reading', style: 'wide-only' },
];

const STATUS_TEXTS: Readonly<Record<ObjectStatus, string>> = {
  READ: 'Read',
  QUARANTINED: 'Quarantined',
  WAITING: 'Waiting to be taken in',
};

interface ObjectTableProps {
  readonly objects: readonly ListedObject[];
  readonly address: ObjectsAddress;
}

export function ObjectTable({ objects, address }: ObjectTableProps) {
  return (
    <TableScroll of="Objects">
      <table class="objects">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <ColumnHead key={column.label} column={column} address={address} change={change} />
            ))}
          </tr>
        </thead>
        <tbody>
          {objects.map((object) => (
            <Row key={object.key} object={object} />
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

/** What is not known (a broken object, no rollups yet) shows as a dash. */
const known = (value: number | null | undefined) => (value == null ? '–' : count(value));
const at = (timestamp: string | null | undefined) =>
  timestamp == null ? '–' : instant(timestamp, zone.value);

function Row({ object }: { readonly object: ListedObject }) {
  const { key, status, lastModified, size, rowCount, contents } = object;
  return (
    <tr>
      <th scope="row" class="breaks">
        {key}
      </th>
      <td class="nowrap">{STATUS_TEXTS[status]}</td>
      <td class="nowrap">{instant(lastModified, zone.value)}</td>
      <td class="number nowrap">{bytes(size)}</td>
      <td class="number wide-only">{known(rowCount)}</td>
      <td class="number wide-only">{known(contents?.readingCount)}</td>
      <td class="number wide-only">{known(contents?.deviceCount)}</td>
      <td class="wide-only nowrap">{at(contents?.firstTimestamp)}</td>
      <td class="wide-only nowrap">{at(contents?.lastTimestamp)}</td>
    </tr>
  );
}
