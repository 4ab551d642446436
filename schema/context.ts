/**
 * The ports of the schema: what resolvers may ask for. `src/` fulfils them.
 * Temperatures are in °C, voltages in V, soc (state of charge) in %. Instants are RFC 3339 text in UTC,
 * days are `YYYY-MM-DD` in the time zone of the question.
 */
export interface Context {
  readonly telemetry: Telemetry;
}

/** Every answer of one `Telemetry` rests on the same snapshot. Lists of calls in one tick become one statement. */
export interface Telemetry {
  dataset(): Promise<DatasetInfo>;
  /** null: there is no reading. */
  newestReading(): Promise<string | null>;
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
  /** null: there is no reading of this device. */
  deviceSeries(deviceId: string, args: SeriesArgs): Promise<Series | null>;
  /** In the order asked for; unknown devices have none. `null` asks for every device, by id. */
  series(deviceIds: readonly string[] | null, args: SeriesArgs): Promise<readonly Series[]>;
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

/** Inclusive days in an IANA time zone; null leaves the side open. */
export interface DayRange {
  readonly from: string | null;
  readonly to: string | null;
  readonly timeZone: string;
}

export interface DevicesArgs {
  readonly first: number | null;
  readonly after: string | null;
  readonly last: number | null;
  readonly before: string | null;
  readonly filter: DeviceFilter;
  readonly orderBy: DeviceOrder;
}

export interface DeviceFilter {
  readonly ids: readonly string[] | null;
  readonly search: string | null;
  readonly seenSince: string | null;
  readonly seenBefore: string | null;
}

export const DEVICE_ORDER_FIELDS = [
  'deviceId',
  'firstSeen',
  'lastSeen',
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
] as const satisfies readonly (keyof DeviceSummary)[];

export interface DeviceOrder {
  readonly field: (typeof DEVICE_ORDER_FIELDS)[number];
  readonly direction: 'ASC' | 'DESC';
}

export interface DeviceConnection {
  readonly totalCount: number;
  readonly edges: readonly { readonly cursor: string; readonly node: DeviceSummary }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

export interface DatasetInfo {
  readonly version: string;
  readonly source: 'SAMPLE' | 'LOCAL' | 'S3';
  readonly readMode: 'LOCAL' | 'DIRECT' | 'CACHED';
  readonly objectCount: number;
  readonly bytes: number;
  readonly refreshedAt: string;
  readonly rolledUp: boolean;
  /** From 0 to 1. */
  readonly coverage: number;
  readonly progress: RollupProgress | null;
  readonly quarantined: readonly QuarantinedObject[];
}

export interface RollupProgress {
  readonly objects: number;
  readonly objectsDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
  readonly secondsLeft: number | null;
}

export interface QuarantinedObject {
  readonly key: string;
  readonly size: number;
  readonly lastModified: string;
  readonly reason: string;
}

export const METRIC_NAMES = ['voltage', 'temperature', 'soc'] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

export const SERIES_AGGREGATES = [
  'avg',
  'min',
  'max',
  'first',
  'last',
  'count',
  'sum',
  'stddev',
  'timeWeightedAvg',
  'p01',
  'p05',
  'p10',
  'p25',
  'p50',
  'p75',
  'p90',
  'p95',
  'p99',
] as const;
export type SeriesAggregate = (typeof SERIES_AGGREGATES)[number];

export const SERIES_FILLS = ['none', 'null', 'previous', 'linear'] as const;

export interface SeriesArgs {
  /** null: all of them. */
  readonly metrics: readonly MetricName[] | null;
  /** Half open; null: the first reading, or just after the last one. */
  readonly from: string | null;
  readonly to: string | null;
  /** At most one of the two is given. */
  readonly bucket: string | null;
  readonly maxPoints: number | null;
  readonly timeZone: string;
  readonly aggregate: SeriesAggregate | null;
  readonly fill: (typeof SERIES_FILLS)[number];
}

/** Columns of equal length. */
export interface Series {
  readonly deviceId: string;
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly resolution: SeriesResolution;
  /** Milliseconds since 1970, with a fraction where the data has microseconds. */
  readonly timestamps: readonly number[];
  readonly metrics: readonly MetricSeries[];
}

export interface SeriesResolution {
  readonly method: 'BUCKETS' | 'READINGS' | 'MIN_MAX_LTTB';
  readonly source: 'ROLLUPS' | 'READINGS' | 'ROLLUPS_AND_READINGS';
  /** null: points are readings. */
  readonly bucket: string | null;
  readonly aggregate: SeriesAggregate | null;
  readonly exact: boolean;
}

export interface MetricSeries {
  readonly metric: MetricName;
  readonly values: readonly (number | null)[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  readonly count: readonly number[];
}
