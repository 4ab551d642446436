import { useState } from 'react';
import type { ChartQuery, FleetQuery } from './gql/graphql.ts';

/** What a page knows of an answer, whichever client has asked for it. */
export interface Answer<Data> {
  readonly data: Data | undefined;
  readonly error: Error | undefined;
}

/** How the clients ask. Each has these two hooks; `with-*.tsx` chooses one. */
export interface Hooks {
  useFleet(first: number): Answer<FleetQuery>;
  useChart(deviceId: string, maxPoints: number): Answer<ChartQuery>;
}

export function App({ useFleet, useChart }: Hooks) {
  const [chosen, choose] = useState<string>();
  const { data, error } = useFleet(20);
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
                <button type="button" onClick={() => choose(deviceId)}>
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
      {chosen && <Chart key={chosen} deviceId={chosen} useChart={useChart} />}
    </>
  );
}

const WIDTH = 600;
const HEIGHT = 160;

function Chart({ deviceId, useChart }: { deviceId: string; useChart: Hooks['useChart'] }) {
  const { data, error } = useChart(deviceId, WIDTH);
  if (error !== undefined) return <p role="alert">{error.message}</p>;
  const series = data?.device?.series;
  if (series === undefined) return <p>Loading…</p>;
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
