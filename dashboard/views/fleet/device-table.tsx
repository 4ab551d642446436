import type { FleetDeviceFragment } from '../../generated/graphql.ts';
import { withZone } from '../../navigation/location.ts';
import { deviceAddress } from '../../navigation/routes.ts';
import { type Column, ColumnHead } from '../../parts/column-head.tsx';
import { EmptyNotice } from '../../parts/failure-notice.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { StateChips } from '../../parts/state-chips.tsx';
import { zone } from '../../settings/zone.ts';
import { statesOf } from '../../telemetry/states.ts';
import { bare, count } from '../../text/format.ts';
import { instant } from '../../text/instant.ts';
import { change } from './change.ts';
import type { FleetAddress, Sort } from './fleet-url.ts';
import type { Trends } from './trends.ts';

interface DeviceTableProps {
  readonly devices: readonly FleetDeviceFragment[];
  readonly address: FleetAddress;
  readonly fleetNewest: string | null;
  readonly isEmptyFleet: boolean;
  readonly trends: Trends | undefined;
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

export function DeviceTable({ devices, address, fleetNewest, isEmptyFleet, trends }: DeviceTableProps) {
  if (devices.length === 0) return <NoDevices isEmptyFleet={isEmptyFleet} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the keys
    <section class="table-scroll" aria-label="Devices, scrolls sideways" tabIndex={0}>
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
            <Row key={device.deviceId} device={device} fleetNewest={fleetNewest} trends={trends} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  readonly device: FleetDeviceFragment;
  readonly fleetNewest: string | null;
  readonly trends: Trends | undefined;
}

function Row({ device, fleetNewest, trends }: RowProps) {
  const { deviceId, readingCount, latestReading } = device;
  const hours = trends?.hours(deviceId);
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
        {trends === undefined ? (
          <span class="skeleton skeleton-spark" />
        ) : (
          <Sparkline
            starts={hours?.starts ?? []}
            values={hours?.means ?? []}
            from={trends.from}
            to={trends.to}
          />
        )}
      </td>
      <td class="number wide-only">{bare('temperature', latestReading.temperature)}</td>
      <td class="number wide-only">{bare('voltage', latestReading.voltage)}</td>
      <td class="wide-only nowrap">{instant(latestReading.timestamp, zone.value)}</td>
      <td class="number wide-only">{count(readingCount)}</td>
    </tr>
  );
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
        Look for a part of its id, or{' '}
        <button type="button" class="button button-link" onClick={() => change({ find: '', state: null })}>
          show all
        </button>
        .
      </p>
    </EmptyNotice>
  );
}
