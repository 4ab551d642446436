import type { Connection, Page, PageArgs } from './connection-types.ts';
import type {
  DatasetChanges,
  DatasetInfo,
  DatasetObject,
  DatasetSize,
  ObjectContents,
  ObjectsArgs,
} from './dataset-types.ts';
import type {
  CompareArgs,
  Comparison,
  Histogram,
  HistogramArgs,
  RankedDevice,
  TopDevicesArgs,
} from './fleet-types.ts';
import type { LimitValue } from './limit-values.ts';
import type { NamedQuery, QueryArguments, QueryTable } from './query-types.ts';
import type { Series, SeriesArgs } from './series-types.ts';

/**
 * The ports of the schema: what resolvers may ask for. `src/` fulfils them.
 * Temperatures are in °C, voltages in V, soc (state of charge) in %. Instants are RFC 3339 text in UTC,
 * days are `YYYY-MM-DD` in the time zone of the question.
 */
export interface Context {
  readonly telemetry: Telemetry;
  /** By name. They do not change while the service runs. */
  readonly limits: readonly Limit[];
  /** The named queries that are served, by name. */
  readonly queries: readonly NamedQuery[];
  /** This answer may be given again for so many seconds at most; undefined: as long as the snapshot is the same. */
  limitFreshness(seconds: number | undefined): void;
  /** Of a subscription; no other operation has any. */
  readonly live?: Live;
}

/** What a subscription can hear of. */
export interface Live {
  datasetChanged(since: string | null): Events<DatasetChanges>;
  latestReadings(deviceIds: readonly string[], since: string | null): Events<LatestReadingsUpdate>;
  series(deviceIds: readonly string[], args: SeriesTailArgs, since: string | null): Events<SeriesUpdate>;
}

/** Each event rests on one snapshot, and so does all that is asked below it. */
type Events<Payload> = AsyncIterable<{ readonly payload: Payload }>;

export interface LatestReadingsUpdate {
  readonly version: string;
  readonly reset: boolean;
  readonly readings: readonly LatestReading[];
  readonly gone: readonly string[];
}

export interface SeriesUpdate {
  readonly version: string;
  readonly reset: boolean;
  readonly series: readonly Series[];
  readonly gone: readonly string[];
}

/** Nothing is filled: what lies between two points may change with either. */
export interface SeriesTailArgs extends Omit<SeriesArgs, 'bucket' | 'maxPoints' | 'fill'> {
  readonly bucket: string;
}

/** Every answer of one `Telemetry` rests on the same snapshot. Lists of calls in one tick become one statement. */
export interface Telemetry {
  dataset(): Promise<DatasetInfo>;
  /** Of the objects that the viewer may know of. */
  datasetSize(): Promise<DatasetSize>;
  /** Those of the snapshot that the viewer may know of by name. */
  objects(args: ObjectsArgs): Promise<Connection<DatasetObject>>;
  /** null: not known, as there are no rollups or the object is in no answer. */
  objectContents(object: DatasetObject): Promise<ObjectContents | null>;
  /** null: there is no reading. */
  newestReading(): Promise<string | null>;
  /** What is different now from what that version answered. */
  changedSince(version: string): Promise<DatasetChanges>;
  overview(): Promise<Overview>;
  devices(args: DevicesArgs): Promise<DeviceConnection>;
  /** null: there is no reading of this device. */
  deviceSummary(deviceId: string): Promise<DeviceSummary | null>;
  /** By date. Empty for an unknown device. */
  deviceDailySummaries(deviceId: string, days: DayRange): Promise<readonly DailySummary[]>;
  /** By device, then date. `null` asks for every device. */
  dailySummaries(deviceIds: readonly string[] | null, days: DayRange): Promise<readonly DailySummary[]>;
  latestReading(deviceId: string): Promise<LatestReading | null>;
  /** By device. `null` asks for every device. */
  latestReadings(deviceIds: readonly string[] | null): Promise<readonly LatestReading[]>;
  /** The rows of a named query, up to the row limit. @param path what stands before a parameter's name in an error */
  namedQuery(query: NamedQuery, args: QueryArguments, path?: string): Promise<QueryTable>;
  /** By rank, then device. */
  topDevices(args: TopDevicesArgs): Promise<readonly RankedDevice[]>;
  compare(args: CompareArgs): Promise<Comparison>;
  histogram(args: HistogramArgs): Promise<Histogram>;
  /** A page of the rows of one device, by time. Empty for an unknown device. */
  readings(deviceId: string, args: ReadingsArgs): Promise<ReadingConnection>;
  readingCount(deviceId: string, range: TimeRange): Promise<number>;
  /** null: there is no reading of this device. */
  deviceSeries(deviceId: string, args: SeriesArgs): Promise<Series | null>;
  /** In the order asked for; unknown devices have none. `null` asks for every device, by id. */
  series(deviceIds: readonly string[] | null, args: SeriesArgs): Promise<readonly Series[]>;
}

export interface Limit extends LimitValue {
  readonly name: string;
}

export interface Overview {
  readonly totalRows: number;
  readonly deviceCount: number;
  readonly firstTimestamp: string | null;
  readonly lastTimestamp: string | null;
}

/** Averages, minima and maxima are over the values that are present and finite; null when there is none. */
export interface MetricStatistics {
  readonly readingCount: number;
  readonly avgVoltage: number | null;
  readonly minVoltage: number | null;
  readonly maxVoltage: number | null;
  readonly avgTemperature: number | null;
  readonly minTemperature: number | null;
  readonly maxTemperature: number | null;
  readonly avgSoc: number | null;
  readonly minSoc: number | null;
  readonly maxSoc: number | null;
}

export interface DeviceSummary extends MetricStatistics {
  readonly deviceId: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

export interface DailySummary extends MetricStatistics {
  readonly deviceId: string;
  readonly date: string;
}

export interface LatestReading {
  readonly deviceId: string;
  readonly timestamp: string;
  readonly voltage: number | null;
  readonly temperature: number | null;
  readonly soc: number | null;
}

/** One row, as the latest one is. */
export type Reading = LatestReading;

/** From the first instant, inclusive, to the last, exclusive; RFC 3339 in UTC; null leaves the side open. */
export interface TimeRange {
  readonly from: string | null;
  readonly to: string | null;
}

export interface ReadingsArgs extends TimeRange, PageArgs {
  /** By time, then object key, then row; DESC is the same order backwards. */
  readonly direction: 'ASC' | 'DESC';
}

export type ReadingConnection = Page<Reading>;

/** Inclusive days in an IANA time zone; null leaves the side open. */
export interface DayRange {
  readonly from: string | null;
  readonly to: string | null;
  readonly timeZone: string;
}

export interface DevicesArgs extends PageArgs {
  readonly filter: DeviceFilter;
  readonly orderBy: DeviceOrder;
}

type Unset = null | undefined;

/** Bounds that a value must all keep. A value that is missing keeps none of them. */
export interface Bounds<T> {
  readonly lt?: T | Unset;
  readonly lte?: T | Unset;
  readonly gt?: T | Unset;
  readonly gte?: T | Unset;
}

/** Conditions that a device must all meet; what is unset or null lets every device pass. */
export interface DeviceFilter extends StatisticBounds {
  readonly ids: readonly string[] | null;
  readonly search: string | null;
  readonly seenSince: string | null;
  readonly seenBefore: string | null;
  readonly firstSeen?: Bounds<string> | Unset;
  /** About the values of the newest reading. */
  readonly latest?: Readonly<Partial<Record<Metric, Bounds<number> | Unset>>> | Unset;
  /** ISO 8601 duration: the newest reading is at least so much older than `asOf`. */
  readonly silentFor?: string | Unset;
  /** Unset: the time of the newest reading of all devices. */
  readonly asOf?: string | Unset;
}

type StatisticBounds = Readonly<Partial<Record<keyof MetricStatistics, Bounds<number> | Unset>>>;

export const METRICS = ['voltage', 'temperature', 'soc'] as const;
export type Metric = (typeof METRICS)[number];

export const METRIC_STATISTICS = [
  'readingCount',
  'avgVoltage',
  'minVoltage',
  'maxVoltage',
  'avgTemperature',
  'minTemperature',
  'maxTemperature',
  'avgSoc',
  'minSoc',
  'maxSoc',
] as const satisfies readonly (keyof MetricStatistics)[];

export const DEVICE_ORDER_FIELDS = [
  'deviceId',
  'firstSeen',
  'lastSeen',
  ...METRIC_STATISTICS,
  'latestVoltage',
  'latestTemperature',
  'latestSoc',
] as const satisfies readonly (keyof DeviceSummary | `latest${Capitalize<Metric>}`)[];

export interface DeviceOrder {
  readonly field: (typeof DEVICE_ORDER_FIELDS)[number];
  readonly direction: 'ASC' | 'DESC';
}

export type DeviceConnection = Connection<DeviceSummary>;
