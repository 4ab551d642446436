import type { FleetDeviceFragment } from '../../generated/graphql.ts';
import { withZone } from '../../navigation/location.ts';
import { deviceAddress } from '../../navigation/routes.ts';
import { type Column, ColumnHead } from '../../parts/column-head.tsx';
import { EmptyNotice } from '../../parts/failure-notice.tsx';
import { ShowAll } from '../../parts/show-all.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { StateChips } from '../../parts/state-chips.tsx';
import { TableScroll } from '../../parts/table-scroll.tsx';
import { zone } from '../../settings/zone.ts';
import { statesOf } from '../../telemetry/states.ts';
import type { Trends } from '../../telemetry/trends.ts';
import { bare, count } from '../../text/format.ts';
import { instant } from '../../text/instant.ts';
import { change, showAll } from './change.ts';
import type { FleetAddress, Sort } from './fleet-url.ts';

interface DeviceTableProps {
  readonly devices: readonly FleetDeviceFragment[];
  readonly address: FleetAddress;
  readonly fleetNewest: string | null;
  readonly isEmptyFleet: boolean;
  readonly trends: Trends | undefined;
  /** There are none to wait for. */
  readonly areTrendsMissing: boolean;
}

const COLUMNS: readonly Column<Sort>[] = [
  { label: 'Device', sort: 'device' },
  { label: 'State' },
  { label: 'Charge (%)', sort: 'soc', style: 'number' },
  { label: 'Charge, last day' },
  { label: 'Temperature (°C)', sort: 'temperature', style: 'number wide-only' },
  { label: 'Voltage (V)', sort: 'voltage', style: 'number wide-only' },
  { label: 'Last seen', sort: 'seen', style: 'wide-only' },
  { label: 'Readings', sort: 'readings', style: 'number wide-only' },
];

export function DeviceTable(props: DeviceTableProps) {
  const { devices, address, fleetNewest, isEmptyFleet, trends, areTrendsMissing } = props;
  if (devices.length === 0) return <NoDevices isEmptyFleet={isEmptyFleet} />;
  return (
    <TableScroll of="Devices">
      <table class="devices">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <ColumnHead key={column.label} column={column} address={address} change={change} />
            ))}
          </tr>
        </thead>
        <tbody>
          {devices.map((device) => (
            <Row
              key={device.deviceId}
              device={device}
              fleetNewest={fleetNewest}
              trends={trends}
              areTrendsMissing={areTrendsMissing}
            />
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

type RowProps = Pick<DeviceTableProps, 'fleetNewest' | 'trends' | 'areTrendsMissing'> & {
  readonly device: FleetDeviceFragment;
};

function Row({ device, fleetNewest, trends, areTrendsMissing }: RowProps) {
  const { deviceId, readingCount, latestReading } = device;
  const states = statesOf(latestReading, fleetNewest, trends?.charge(deviceId, latestReading) ?? null);
  return (
    <tr>
      <th scope="row" class="nowrap">
        <a href={withZone(deviceAddress(deviceId))}>{deviceId}</a>
      </th>
      <td>
        <StateChips states={states} />
      </td>
      <td class="number">{bare('soc', latestReading.soc)}</td>
      <td class="spark">
        {trends !== undefined ? (
          <Trend deviceId={deviceId} trends={trends} />
        ) : areTrendsMissing ? (
          '–'
        ) : (
          <span class="skeleton skeleton-spark" />
        )}
      </td>
      <td class="number wide-only">{bare('temperature', latestReading.temperature)}</td>
      <td class="number wide-only">{bare('voltage', latestReading.voltage)}</td>
      <td class="wide-only nowrap">{instant(latestReading.timestamp, zone.value)}</td>
      <td class="number wide-only">{count(readingCount)}</td>
    </tr>
  );
}

function Trend({ deviceId, trends }: { readonly deviceId: string; readonly trends: Trends }) {
  const { starts = [], means = [] } = trends.hours(deviceId) ?? {};
  return <Sparkline starts={starts} values={means} from={trends.span.from} to={trends.span.to} />;
}

function NoDevices({ isEmptyFleet }: { readonly isEmptyFleet: boolean }) {
  if (isEmptyFleet) {
    return (
      <EmptyNotice title="No device has left a reading yet">
        <p>
          Devices appear here as soon as there is an object with their readings. The Data page tells of
          objects that cannot be read.
        </p>
      </EmptyNotice>
    );
  }
  return (
    <EmptyNotice title="No device matches">
      <p>
        Look for a part of its id, or <ShowAll label="show all" act={showAll} />.
      </p>
    </EmptyNotice>
  );
}
