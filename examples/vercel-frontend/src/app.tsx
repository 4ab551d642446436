import { useEffect, useRef, useState } from 'react';
import type { ChartQuery, FleetQuery } from './gql/graphql.ts';
import { useNewData } from './live.ts';

/** What a page knows of an answer, whichever client has asked for it. */
export interface Answer<Data> {
  readonly data: Data | undefined;
  readonly error: Error | undefined;
  /** Asks the API again, whatever is kept. */
  refetch(): void;
}

/** How the clients ask. Each has these two hooks; `with-*.tsx` chooses one. */
export interface Hooks {
  useFleet(first: number): Answer<FleetQuery>;
  useChart(deviceId: string, maxPoints: number): Answer<ChartQuery>;
}

export function App({ useFleet, useChart }: Hooks) {
  // A link to `/#pack-001` shows that device.
  const [chosen, choose] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const { data, error, refetch } = useFleet(20);
  const version = data?.dataset.version;
  useNewData(version, refetch);
  if (error !== undefined) return <p role="alert">{error.message}</p>;
  if (data === undefined) return <p>Loading…</p>;
  const { overview, devices } = data;
  return (
    <>
      <h1>{overview.deviceCount} devices</h1>
      <table>
        <caption>Lowest first</caption>
        <thead>
          <tr>
            <th>Device</th>
            <th>State of charge</th>
            <th>Voltage</th>
            <th>Read at</th>
          </tr>
        </thead>
        <tbody>
          {devices.edges.map(({ node: { deviceId, latestReading } }) => (
            <tr key={deviceId}>
              <td>
                <button
                  type="button"
                  onClick={() => {
                    history.replaceState(null, '', `#${encodeURIComponent(deviceId)}`);
                    choose(deviceId);
                  }}
                >
                  {deviceId}
                </button>
              </td>
              <td>{latestReading?.soc?.toFixed(1) ?? '–'} %</td>
              <td>{latestReading?.voltage?.toFixed(2) ?? '–'} V</td>
              <td>{latestReading && new Date(latestReading.timestamp).toLocaleString()}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {chosen && version && <Chart key={chosen} {...{ deviceId: chosen, version, useChart }} />}
    </>
  );
}

const WIDTH = 600;
const HEIGHT = 160;

interface ChartProps extends Pick<Hooks, 'useChart'> {
  readonly deviceId: string;
  /** Of the data: with another one it is asked again. */
  readonly version: string;
}

function Chart({ deviceId, version, useChart }: ChartProps) {
  const { data, error, refetch } = useChart(deviceId, WIDTH);
  const shown = useRef(version);
  useEffect(() => {
    if (shown.current === version) return;
    shown.current = version;
    refetch();
  });
  if (error !== undefined) return <p role="alert">{error.message}</p>;
  if (data === undefined) return <p>Loading…</p>;
  if (!data.device) return <p role="alert">There is no device {deviceId}.</p>;
  const { series } = data.device;
  return (
    <figure>
      <figcaption>State of charge of {deviceId}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`State of charge of ${deviceId}`}>
        <path d={pathOf(series.timestamps, series.metrics[0]?.values ?? [])} />
      </svg>
    </figure>
  );
}

/** A line through the values, 0 to 100 %; where there is none, the line is interrupted. */
function pathOf(times: readonly number[], values: readonly (number | null)[]): string {
  const [from = 0, to = 1] = [times[0], times.at(-1)];
  let command = 'M';
  return values
    .map((value, index) => {
      if (value === null) {
        command = 'M';
        return '';
      }
      const x = (((times[index] ?? from) - from) / (to - from || 1)) * WIDTH;
      const point = `${command}${x.toFixed(1)} ${(HEIGHT * (1 - value / 100)).toFixed(1)}`;
      command = 'L';
      return point;
    })
    .join('');
}
