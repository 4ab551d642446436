import { useAnswer } from '../../data/use-answer.ts';
import { DeviceHeadDocument, type DeviceHeadQuery } from '../../generated/graphql.ts';
import { location, withZone } from '../../navigation/location.ts';
import { FLEET } from '../../navigation/routes.ts';
import { Answered } from '../../parts/answered.tsx';
import { EmptyNotice, FailureNotice } from '../../parts/failure-notice.tsx';
import { StateChips, StateLegend } from '../../parts/state-chips.tsx';
import { Total } from '../../parts/totals.tsx';
import { useNow } from '../../parts/use-now.ts';
import { useTrends } from '../../parts/use-trends.ts';
import { zone } from '../../settings/zone.ts';
import { statesOf } from '../../telemetry/states.ts';
import { count, duration, METRIC_TEXTS, METRICS, type MetricName, measured } from '../../text/format.ts';
import { exactInstant, instant } from '../../text/instant.ts';
import { Days } from './days.tsx';
import { shownOf, wholeOf } from './device-url.ts';
import { Downloads } from './downloads.tsx';
import { MetricCharts } from './metric-charts.tsx';

/** One device: what it last said, its metrics over time, and its days. */
export function DeviceView({ deviceId }: { readonly deviceId: string }) {
  const answer = useAnswer(DeviceHeadDocument, { deviceId });
  return (
    <>
      <nav class="crumbs" aria-label="Way here">
        <a href={withZone(FLEET)}>Fleet</a>
        <span aria-hidden="true">/</span>
        <span>{deviceId}</span>
      </nav>
      <h1>{deviceId}</h1>
      <Answered answer={answer} what="the device" lines={8}>
        {(data) =>
          data.device === null ? (
            <EmptyNotice title="There is no such device">
              <p>
                No object that you may see holds a reading of <code>{deviceId}</code>. Look for it in the{' '}
                <a href={withZone(FLEET)}>fleet</a>.
              </p>
            </EmptyNotice>
          ) : (
            <Found device={data.device} fleetNewest={data.overview.lastTimestamp} />
          )
        }
      </Answered>
    </>
  );
}

type Device = NonNullable<DeviceHeadQuery['device']>;

function Found({ device, fleetNewest }: { readonly device: Device; readonly fleetNewest: string | null }) {
  const { deviceId, firstSeen, lastSeen } = device;
  const whole = wholeOf(firstSeen, lastSeen);
  const shown = shownOf(location.value.search, whole);
  return (
    <>
      <Head device={device} fleetNewest={fleetNewest} />
      <MetricCharts deviceId={deviceId} whole={whole} shown={shown} />
      <Downloads deviceId={deviceId} span={shown.span} />
      <Days deviceId={deviceId} />
    </>
  );
}

function Head({ device, fleetNewest }: { readonly device: Device; readonly fleetNewest: string | null }) {
  const { deviceId, latestReading, firstSeen, readingCount } = device;
  const { trends, failure, again } = useTrends([deviceId], fleetNewest);
  const trend = trends?.charge(deviceId, latestReading) ?? null;
  const now = useNow();
  const extremes: Readonly<Record<MetricName, readonly [number | null, number | null]>> = {
    voltage: [device.minVoltage, device.maxVoltage],
    temperature: [device.minTemperature, device.maxTemperature],
    soc: [device.minSoc, device.maxSoc],
  };
  return (
    <>
      <div class="device-states">
        <StateChips states={statesOf(latestReading, fleetNewest, trend)} />
        {trend !== null && (
          <span class="muted">
            {trend > 0 ? '+' : ''}
            {trend.toFixed(1)} points of charge an hour
          </span>
        )}
        <span class="muted">
          {count(readingCount)} readings since {instant(firstSeen, zone.value)}
        </span>
        <StateLegend />
      </div>
      {failure !== undefined && <FailureNotice failure={failure} again={again} />}
      <h2 class="visually-hidden">Latest reading</h2>
      <ul class="totals">
        {METRICS.map((metric) => (
          <Total
            key={metric}
            label={METRIC_TEXTS[metric].label}
            value={measured(metric, latestReading[metric])}
          >
            {extremes[metric].map((value) => measured(metric, value)).join(' to ')} in all
          </Total>
        ))}
        <Total label="Latest reading" value={`${duration(now - Date.parse(latestReading.timestamp))} ago`}>
          {exactInstant(latestReading.timestamp, zone.value)}
        </Total>
      </ul>
    </>
  );
}
