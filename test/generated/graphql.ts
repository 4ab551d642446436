/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Where the readings come from. */
export type DatasetSource =
  /** A folder (`DATA_DIR`). */
  | 'LOCAL'
  /** A bucket (`S3_BUCKET`). */
  | 'S3'
  /** Generated sample data, because neither a bucket nor a folder is configured. */
  | 'SAMPLE';

/** Bounds that an instant must all keep. */
export type DateTimeFilter = {
  /** Above this. */
  gt?: string | null | undefined;
  /** This or above. */
  gte?: string | null | undefined;
  /** Below this. */
  lt?: string | null | undefined;
  /** This or below. */
  lte?: string | null | undefined;
};

/** A period of whole days. */
export type DayPeriod = {
  /** First day, inclusive, in `timeZone`. Unset: from the first reading. */
  from?: string | null | undefined;
  /** Last day, inclusive, in `timeZone`. Unset: to the last reading. */
  to?: string | null | undefined;
};

/** Conditions that a device must all meet. An unset condition lets every device pass; a missing value meets none. */
export type DeviceFilter = {
  /** The instant that `silentFor` looks back from. Unset: the time of the newest reading of all devices, so that the answer depends on the data alone and not on when it is asked. */
  asOf?: string | null | undefined;
  /** Its `avgSoc` in %. */
  avgSoc?: FloatFilter | null | undefined;
  /** Its `avgTemperature` in °C. */
  avgTemperature?: FloatFilter | null | undefined;
  /** Its `avgVoltage` in V. */
  avgVoltage?: FloatFilter | null | undefined;
  /** The time of its oldest reading. */
  firstSeen?: DateTimeFilter | null | undefined;
  /** Its id is one of these. */
  ids?: Array<string | number> | null | undefined;
  /** The values of its newest reading. */
  latest?: LatestReadingFilter | null | undefined;
  /** Its `maxSoc` in %. */
  maxSoc?: FloatFilter | null | undefined;
  /** Its `maxTemperature` in °C. */
  maxTemperature?: FloatFilter | null | undefined;
  /** Its `maxVoltage` in V. */
  maxVoltage?: FloatFilter | null | undefined;
  /** Its `minSoc` in %. */
  minSoc?: FloatFilter | null | undefined;
  /** Its `minTemperature` in °C. */
  minTemperature?: FloatFilter | null | undefined;
  /** Its `minVoltage` in V. */
  minVoltage?: FloatFilter | null | undefined;
  /** Its `readingCount`. */
  readingCount?: FloatFilter | null | undefined;
  /** Its id contains this text, upper and lower case alike. */
  search?: string | null | undefined;
  /** Its newest reading is before this instant. */
  seenBefore?: string | null | undefined;
  /** Its newest reading is at or after this instant. */
  seenSince?: string | null | undefined;
  /** Its newest reading is at least so much older than `asOf`. A device that has been heard of since `asOf` is not silent. */
  silentFor?: string | null | undefined;
};

/** An order of devices. Devices of equal value are ordered by their id. */
export type DeviceOrder = {
  /** Which end comes first. */
  direction?: OrderDirection | null | undefined;
  /** What to order by. */
  field: DeviceOrderField;
};

/** What devices can be ordered by. Devices without the value come last in both directions. */
export type DeviceOrderField =
  /** By `avgSoc`. */
  | 'AVG_SOC'
  /** By `avgTemperature`. */
  | 'AVG_TEMPERATURE'
  /** By `avgVoltage`. */
  | 'AVG_VOLTAGE'
  /** By `deviceId`. */
  | 'DEVICE_ID'
  /** By `firstSeen`. */
  | 'FIRST_SEEN'
  /** By `lastSeen`. */
  | 'LAST_SEEN'
  /** By `latestReading { soc }`. */
  | 'LATEST_SOC'
  /** By `latestReading { temperature }`. */
  | 'LATEST_TEMPERATURE'
  /** By `latestReading { voltage }`. */
  | 'LATEST_VOLTAGE'
  /** By `maxSoc`. */
  | 'MAX_SOC'
  /** By `maxTemperature`. */
  | 'MAX_TEMPERATURE'
  /** By `maxVoltage`. */
  | 'MAX_VOLTAGE'
  /** By `minSoc`. */
  | 'MIN_SOC'
  /** By `minTemperature`. */
  | 'MIN_TEMPERATURE'
  /** By `minVoltage`. */
  | 'MIN_VOLTAGE'
  /** By `readingCount`. */
  | 'READING_COUNT';

/** Bounds that a value must all keep. A missing value (null) keeps none. */
export type FloatFilter = {
  /** Above this. */
  gt?: number | null | undefined;
  /** This or above. */
  gte?: number | null | undefined;
  /** Below this. */
  lt?: number | null | undefined;
  /** This or below. */
  lte?: number | null | undefined;
};

/** Conditions that the newest reading of a device must all meet. */
export type LatestReadingFilter = {
  /** Its state of charge in %. */
  soc?: FloatFilter | null | undefined;
  /** Its temperature in °C. */
  temperature?: FloatFilter | null | undefined;
  /** Its voltage in V. */
  voltage?: FloatFilter | null | undefined;
};

/** What is measured. */
export type Metric =
  /** State of charge, in %. */
  | 'SOC'
  /** Temperature, in °C. */
  | 'TEMPERATURE'
  /** Voltage, in V. */
  | 'VOLTAGE';

/** Of which type the values of a parameter are: the scalar of this schema that each value names. */
export type NamedQueryParameterType =
  /** `Boolean`. */
  | 'BOOLEAN'
  /** `Date`. */
  | 'DATE'
  /** `DateTime`. */
  | 'DATE_TIME'
  /** `Float`. */
  | 'FLOAT'
  /** `ID`. */
  | 'ID'
  /** `Int`. */
  | 'INT'
  /** `String`. */
  | 'STRING'
  /** `TimeZone`. */
  | 'TIME_ZONE';

/** What an object is to the answers. */
export type ObjectStatus =
  /** It cannot be read, as `reason` says. Its rows are in no answer. */
  | 'QUARANTINED'
  /** Its readings are in the answers. */
  | 'READ'
  /** It is not taken in yet, so its rows are in no answer: only while the rollups are built for the first time and answers come from a part (`WARMUP=partial`). */
  | 'WAITING';

/** Which end of the order comes first. */
export type OrderDirection =
  /** Lowest, oldest or first in the alphabet first. */
  | 'ASC'
  /** Highest, newest or last in the alphabet first. */
  | 'DESC';

/** How the engine reads the objects. */
export type ReadMode =
  /** Whole, verified objects from a bounded local cache. */
  | 'CACHED'
  /** Ranges of the objects, straight from S3. */
  | 'DIRECT'
  /** From the folder. */
  | 'LOCAL';

/** What a point is. */
export type SeriesMethod =
  /** The values of a stretch of time, at its start. */
  | 'BUCKETS'
  /** A reading that the shape needs: lows, highs and turns are kept (MinMaxLTTB), those between are left out. */
  | 'MIN_MAX_LTTB'
  /** A reading. All of them are there. */
  | 'READINGS';

/** What was read. */
export type SeriesSource =
  /** The readings of the range. */
  | 'READINGS'
  /** Rollups only. */
  | 'ROLLUPS'
  /** Rollups, and readings where the range begins or ends within their slots. */
  | 'ROLLUPS_AND_READINGS';

export type FleetQueryVariables = Exact<{ [key: string]: never; }>;


export type FleetQuery = { overview: { totalRows: number, deviceCount: number, firstTimestamp: string | null, lastTimestamp: string | null }, dataset: { version: string, source: DatasetSource, readMode: ReadMode, objectCount: number, bytes: number, refreshedAt: string, newestReading: string | null, quarantined: Array<{ key: string, reason: string }>, objects: { totalCount: number, edges: Array<{ node: { key: string, status: ObjectStatus, size: number, lastModified: string, contents: { readingCount: number, deviceCount: number, firstTimestamp: string | null, lastTimestamp: string | null } | null } }> } } };

export type DevicesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: DeviceFilter | null | undefined;
  orderBy?: DeviceOrder | null | undefined;
}>;


export type DevicesQuery = { devices: { totalCount: number, edges: Array<{ node: { deviceId: string, readingCount: number, firstSeen: string, lastSeen: string, avgVoltage: number | null, avgTemperature: number | null, avgSoc: number | null, latestReading: { timestamp: string, voltage: number | null, temperature: number | null, soc: number | null } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type DeviceQueryVariables = Exact<{
  deviceId: string | number;
  from?: string | null | undefined;
  to?: string | null | undefined;
  timeZone?: string | null | undefined;
}>;


export type DeviceQuery = { device: { id: string, deviceId: string, readingCount: number, lastSeen: string, minVoltage: number | null, maxVoltage: number | null, maxTemperature: number | null, dailySummaries: Array<{ date: string, readingCount: number, avgVoltage: number | null, maxTemperature: number | null, avgSoc: number | null }> } | null };

export type DailySummariesQueryVariables = Exact<{
  timeZone?: string | null | undefined;
}>;


export type DailySummariesQuery = { dailySummaries: Array<{ deviceId: string, date: string, readingCount: number, avgVoltage: number | null, minTemperature: number | null, maxTemperature: number | null, avgSoc: number | null }> };

export type LatestReadingsQueryVariables = Exact<{
  deviceIds?: Array<string | number> | string | number | null | undefined;
}>;


export type LatestReadingsQuery = { latestReadings: Array<{ deviceId: string, timestamp: string, voltage: number | null, temperature: number | null, soc: number | null }> };

export type SeriesQueryVariables = Exact<{ [key: string]: never; }>;


export type SeriesQuery = { device: { series: { timestamps: number[], resolution: { method: SeriesMethod, source: SeriesSource, bucket: string | null, exact: boolean }, metrics: Array<{ metric: Metric, values: (number | null)[], min: (number | null)[], max: (number | null)[] }> } } | null, series: Array<{ deviceId: string, points: Array<{ timestamp: string, temperature: { value: number | null, count: number } | null }> }> };

export type FleetQuestionsQueryVariables = Exact<{ [key: string]: never; }>;


export type FleetQuestionsQuery = { low: { totalCount: number, edges: Array<{ node: { deviceId: string, latestReading: { timestamp: string, soc: number | null } } }> }, silent: { totalCount: number }, topDevices: Array<{ rank: number, value: number, device: { deviceId: string } }>, histogram: { below: number, above: number, missing: number, bins: Array<{ lower: number, upper: number, count: number }> }, limits: Array<{ name: string, value: number, unit: string }> };

export type ReadingsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ReadingsQuery = { device: { readings: { edges: Array<{ node: { timestamp: string, voltage: number | null, temperature: number | null, soc: number | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type ChangedSinceQueryVariables = Exact<{
  version: string | number;
}>;


export type ChangedSinceQuery = { changedSince: { version: string, complete: boolean, devices: { totalCount: number, edges: Array<{ node: { deviceId: string, days: Array<string> } }> } } };

export type LiveLatestReadingsSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type LiveLatestReadingsSubscription = { latestReadings: { version: string, reset: boolean, gone: Array<string>, readings: Array<{ deviceId: string, timestamp: string, soc: number | null }> } };

export type LiveSeriesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type LiveSeriesSubscription = { series: { version: string, reset: boolean, gone: Array<string>, series: Array<{ deviceId: string, timestamps: number[], metrics: Array<{ metric: Metric, values: (number | null)[], count: (number | null)[] }> }> } };

export type LiveDatasetSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type LiveDatasetSubscription = { datasetChanged: { version: string, complete: boolean, dataset: { newestReading: string | null }, devices: { totalCount: number, edges: Array<{ node: { deviceId: string, days: Array<string> } }> } } };

export type ComparePeriodsQueryVariables = Exact<{
  first: DayPeriod;
  second: DayPeriod;
}>;


export type ComparePeriodsQuery = { compare: { deviceCount: number, total: { first: { readingCount: number, avgTemperature: number | null } | null, second: { readingCount: number, avgTemperature: number | null } | null, change: { avgTemperature: { absolute: number, relative: number | null } | null } }, devices: Array<{ deviceId: string, change: { avgTemperature: { absolute: number } | null } }> } };

export type NodeByIdQueryVariables = Exact<{
  id: string | number;
}>;


export type NodeByIdQuery = { node: { __typename: 'Device', deviceId: string, lastSeen: string, id: string } | null };

export type NamedQueriesQueryVariables = Exact<{
  name: string;
  arguments?: unknown;
}>;


export type NamedQueriesQuery = { namedQueries: Array<{ name: string, description: string, field: string | null, parameters: Array<{ name: string, type: NamedQueryParameterType, isList: boolean, isRequired: boolean, description: string, default: unknown }>, columns: Array<{ name: string, type: string, description: string }> | null }>, namedQueryTable: { rows: Array<unknown>, truncated: boolean, rowLimit: number } };

export type AnswersQueryVariables = Exact<{
  timeZone: string;
}>;


export type AnswersQuery = { overview: { totalRows: number, deviceCount: number, firstTimestamp: string | null, lastTimestamp: string | null }, dataset: { source: DatasetSource, readMode: ReadMode, objectCount: number, rolledUp: boolean, newestReading: string | null, quarantined: Array<{ key: string, reason: string }> }, devices: { edges: Array<{ node: { deviceId: string, firstSeen: string, lastSeen: string, readingCount: number, avgVoltage: number | null, minVoltage: number | null, maxVoltage: number | null, avgTemperature: number | null, minTemperature: number | null, maxTemperature: number | null, avgSoc: number | null, minSoc: number | null, maxSoc: number | null, latestReading: { deviceId: string, timestamp: string, voltage: number | null, temperature: number | null, soc: number | null }, dailySummaries: Array<{ deviceId: string, date: string, readingCount: number, avgVoltage: number | null, minVoltage: number | null, maxVoltage: number | null, avgTemperature: number | null, minTemperature: number | null, maxTemperature: number | null, avgSoc: number | null, minSoc: number | null, maxSoc: number | null }> } }> }, dailySummaries: Array<{ deviceId: string, date: string, readingCount: number, avgVoltage: number | null, minVoltage: number | null, maxVoltage: number | null, avgTemperature: number | null, minTemperature: number | null, maxTemperature: number | null, avgSoc: number | null, minSoc: number | null, maxSoc: number | null }>, latestReadings: Array<{ deviceId: string, timestamp: string, voltage: number | null, temperature: number | null, soc: number | null }> };

export type DeviceSummaryFieldsFragment = { deviceId: string, firstSeen: string, lastSeen: string, readingCount: number, avgVoltage: number | null, minVoltage: number | null, maxVoltage: number | null, avgTemperature: number | null, minTemperature: number | null, maxTemperature: number | null, avgSoc: number | null, minSoc: number | null, maxSoc: number | null };

export type DailySummaryFieldsFragment = { deviceId: string, date: string, readingCount: number, avgVoltage: number | null, minVoltage: number | null, maxVoltage: number | null, avgTemperature: number | null, minTemperature: number | null, maxTemperature: number | null, avgSoc: number | null, minSoc: number | null, maxSoc: number | null };

export type LatestReadingFieldsFragment = { deviceId: string, timestamp: string, voltage: number | null, temperature: number | null, soc: number | null };

export type ChangingQueryVariables = Exact<{ [key: string]: never; }>;


export type ChangingQuery = { dataset: { version: string }, overview: { totalRows: number, lastTimestamp: string | null }, devices: { edges: Array<{ node: { deviceId: string, readingCount: number, avgVoltage: number | null, lastSeen: string, latestReading: { voltage: number | null }, dailySummaries: Array<{ readingCount: number, maxVoltage: number | null }> } }> }, latestReadings: Array<{ deviceId: string, voltage: number | null, timestamp: string }> };

export type CompareQueryVariables = Exact<{
  first: DayPeriod;
  second: DayPeriod;
}>;


export type CompareQuery = { compare: { deviceCount: number, total: { change: { readingCount: { absolute: number, relative: number | null } | null } }, devices: Array<{ deviceId: string, change: { avgTemperature: { absolute: number } | null } }> } };

export type ClientFleetQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  orderBy?: DeviceOrder | null | undefined;
  filter?: DeviceFilter | null | undefined;
}>;


export type ClientFleetQuery = { overview: { totalRows: number, deviceCount: number, lastTimestamp: string | null }, dataset: { source: DatasetSource, refreshedAt: string, quarantined: Array<{ key: string }> }, devices: { totalCount: number, edges: Array<{ node: { id: string, deviceId: string, readingCount: number, lastSeen: string, maxTemperature: number | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ClientDeviceQueryVariables = Exact<{
  deviceId: string | number;
  from?: string | null | undefined;
  to?: string | null | undefined;
  timeZone?: string | null | undefined;
}>;


export type ClientDeviceQuery = { device: { id: string, deviceId: string, readingCount: number, lastSeen: string, maxTemperature: number | null, berlin: Array<{ date: string, avgSoc: number | null }> } | null, dailySummaries: Array<{ deviceId: string, date: string, readingCount: number }>, latestReadings: Array<{ timestamp: string, soc: number | null, device: { id: string } }>, hourlyAvg: { truncated: boolean, rows: Array<{ deviceId: string | null, hour: string | null, avgVoltage: number | null }> } };

export type ClientNodeQueryVariables = Exact<{
  id: string | number;
}>;


export type ClientNodeQuery = { node: { __typename: 'Device', id: string, deviceId: string, readingCount: number, lastSeen: string, maxTemperature: number | null } | null };

export type ClientDeviceFieldsFragment = { id: string, deviceId: string, readingCount: number, lastSeen: string, maxTemperature: number | null };

export type RelayPageQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: DeviceFilter | null | undefined;
  orderBy?: DeviceOrder | null | undefined;
}>;


export type RelayPageQuery = { devices: { totalCount: number, edges: Array<{ cursor: string, node: { deviceId: string } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type ReadingsPageQueryVariables = Exact<{
  device: string | number;
  from?: string | null | undefined;
  to?: string | null | undefined;
  direction?: OrderDirection | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type ReadingsPageQuery = { dataset: { version: string, rolledUp: boolean }, device: { readings: { totalCount: number, edges: Array<{ cursor: string, node: { deviceId: string, timestamp: string, voltage: number | null, temperature: number | null, soc: number | null } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const DeviceSummaryFieldsFragmentDoc = new TypedDocumentString(`
    fragment DeviceSummaryFields on Device {
  deviceId
  firstSeen
  lastSeen
  readingCount
  avgVoltage
  minVoltage
  maxVoltage
  avgTemperature
  minTemperature
  maxTemperature
  avgSoc
  minSoc
  maxSoc
}
    `, {"fragmentName":"DeviceSummaryFields"}) as unknown as TypedDocumentString<DeviceSummaryFieldsFragment, unknown>;
export const DailySummaryFieldsFragmentDoc = new TypedDocumentString(`
    fragment DailySummaryFields on DailySummary {
  deviceId
  date
  readingCount
  avgVoltage
  minVoltage
  maxVoltage
  avgTemperature
  minTemperature
  maxTemperature
  avgSoc
  minSoc
  maxSoc
}
    `, {"fragmentName":"DailySummaryFields"}) as unknown as TypedDocumentString<DailySummaryFieldsFragment, unknown>;
export const LatestReadingFieldsFragmentDoc = new TypedDocumentString(`
    fragment LatestReadingFields on LatestReading {
  deviceId
  timestamp
  voltage
  temperature
  soc
}
    `, {"fragmentName":"LatestReadingFields"}) as unknown as TypedDocumentString<LatestReadingFieldsFragment, unknown>;
export const ClientDeviceFieldsFragmentDoc = new TypedDocumentString(`
    fragment ClientDeviceFields on Device {
  id
  deviceId
  readingCount
  lastSeen
  maxTemperature
}
    `, {"fragmentName":"ClientDeviceFields"}) as unknown as TypedDocumentString<ClientDeviceFieldsFragment, unknown>;
export const FleetDocument = new TypedDocumentString(`
    query Fleet {
  overview {
    totalRows
    deviceCount
    firstTimestamp
    lastTimestamp
  }
  dataset {
    version
    source
    readMode
    objectCount
    bytes
    refreshedAt
    newestReading
    quarantined {
      key
      reason
    }
    objects(first: 5, orderBy: {field: LAST_MODIFIED, direction: DESC}) {
      totalCount
      edges {
        node {
          key
          status
          size
          lastModified
          contents {
            readingCount
            deviceCount
            firstTimestamp
            lastTimestamp
          }
        }
      }
    }
  }
}
    `, {"hash":"sha256:0dab6f7bce0c09e81017fe67357c3e6ce153c782394c74adb53fb015f5c97a01"}) as unknown as TypedDocumentString<FleetQuery, FleetQueryVariables>;
export const DevicesDocument = new TypedDocumentString(`
    query Devices($first: Int, $after: String, $filter: DeviceFilter, $orderBy: DeviceOrder) {
  devices(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount
    edges {
      node {
        deviceId
        readingCount
        firstSeen
        lastSeen
        avgVoltage
        avgTemperature
        avgSoc
        latestReading {
          timestamp
          voltage
          temperature
          soc
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `, {"hash":"sha256:cb2b60d1f08218d4c09d63113390bb6fc619831283930773a7794ec9c3b2565f"}) as unknown as TypedDocumentString<DevicesQuery, DevicesQueryVariables>;
export const DeviceDocument = new TypedDocumentString(`
    query Device($deviceId: ID!, $from: Date, $to: Date, $timeZone: TimeZone) {
  device(deviceId: $deviceId) {
    id
    deviceId
    readingCount
    lastSeen
    minVoltage
    maxVoltage
    maxTemperature
    dailySummaries(from: $from, to: $to, timeZone: $timeZone) {
      date
      readingCount
      avgVoltage
      maxTemperature
      avgSoc
    }
  }
}
    `, {"hash":"sha256:0ed2b42a5fe03181464177405386fe7807d825a7afc98bbf5cac5150b1db0bf6"}) as unknown as TypedDocumentString<DeviceQuery, DeviceQueryVariables>;
export const DailySummariesDocument = new TypedDocumentString(`
    query DailySummaries($timeZone: TimeZone) {
  dailySummaries(timeZone: $timeZone) {
    deviceId
    date
    readingCount
    avgVoltage
    minTemperature
    maxTemperature
    avgSoc
  }
}
    `, {"hash":"sha256:c779cbbf5d90f5b746083733d87efc05d7ee6a3a7d76e17bf98aea96e0ec1e36"}) as unknown as TypedDocumentString<DailySummariesQuery, DailySummariesQueryVariables>;
export const LatestReadingsDocument = new TypedDocumentString(`
    query LatestReadings($deviceIds: [ID!]) {
  latestReadings(deviceIds: $deviceIds) {
    deviceId
    timestamp
    voltage
    temperature
    soc
  }
}
    `, {"hash":"sha256:0e1ab179900b07818b1e33ea4836711bcba001fff19ea5abe0eeffeb243ca6aa"}) as unknown as TypedDocumentString<LatestReadingsQuery, LatestReadingsQueryVariables>;
export const SeriesDocument = new TypedDocumentString(`
    query Series {
  device(deviceId: "pack-001") {
    series(metrics: [VOLTAGE, SOC], maxPoints: 200) {
      resolution {
        method
        source
        bucket
        exact
      }
      timestamps
      metrics {
        metric
        values
        min
        max
      }
    }
  }
  series(
    deviceIds: ["pack-001", "pack-007"]
    metrics: [TEMPERATURE]
    bucket: "1d"
    timeZone: "Europe/Berlin"
    aggregate: TIME_WEIGHTED_AVG
    fill: LINEAR
  ) {
    deviceId
    points {
      timestamp
      temperature {
        value
        count
      }
    }
  }
}
    `, {"hash":"sha256:b6cf5dcd59f49ce82e94f34f285cadac40a0efa5e1412536418d650728c1e571"}) as unknown as TypedDocumentString<SeriesQuery, SeriesQueryVariables>;
export const FleetQuestionsDocument = new TypedDocumentString(`
    query FleetQuestions {
  low: devices(
    first: 5
    filter: {latest: {soc: {lt: 30}}}
    orderBy: {field: LATEST_SOC}
  ) {
    totalCount
    edges {
      node {
        deviceId
        latestReading {
          timestamp
          soc
        }
      }
    }
  }
  silent: devices(filter: {silentFor: "PT2H"}) {
    totalCount
  }
  topDevices(by: MAX_TEMPERATURE, first: 3) {
    rank
    value
    device {
      deviceId
    }
  }
  histogram(metric: SOC, binWidth: 10, min: 0, max: 100) {
    bins {
      lower
      upper
      count
    }
    below
    above
    missing
  }
  limits {
    name
    value
    unit
  }
}
    `, {"hash":"sha256:4c86a40c15c4827d8f7c9d87691de33bf21f6dbf84938e650aee3fc26b762863"}) as unknown as TypedDocumentString<FleetQuestionsQuery, FleetQuestionsQueryVariables>;
export const ReadingsDocument = new TypedDocumentString(`
    query Readings($after: String) {
  device(deviceId: "pack-001") {
    readings(first: 10, after: $after, direction: DESC) {
      edges {
        node {
          timestamp
          voltage
          temperature
          soc
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `, {"hash":"sha256:9b2c4acaab069e075042fc06d1bf7a6427a06b3880605edbca1a7ef493db7373"}) as unknown as TypedDocumentString<ReadingsQuery, ReadingsQueryVariables>;
export const ChangedSinceDocument = new TypedDocumentString(`
    query ChangedSince($version: ID!) {
  changedSince(version: $version) {
    version
    complete
    devices(first: 20) {
      totalCount
      edges {
        node {
          deviceId
          days
        }
      }
    }
  }
}
    `, {"hash":"sha256:f051511a86dada9a72d0eaa69da7558d5a697502caf0f9b225715f38a1c29897"}) as unknown as TypedDocumentString<ChangedSinceQuery, ChangedSinceQueryVariables>;
export const LiveLatestReadingsDocument = new TypedDocumentString(`
    subscription LiveLatestReadings {
  latestReadings(deviceIds: ["pack-001", "pack-002"]) {
    version
    reset
    readings {
      deviceId
      timestamp
      soc
    }
    gone
  }
}
    `, {"hash":"sha256:3b02586f5773437dfcb40c28fa86fcadcecbf512a296d871f1468289f8cdff58"}) as unknown as TypedDocumentString<LiveLatestReadingsSubscription, LiveLatestReadingsSubscriptionVariables>;
export const LiveSeriesDocument = new TypedDocumentString(`
    subscription LiveSeries {
  series(deviceIds: ["pack-001"], metrics: [SOC], bucket: "1h") {
    version
    reset
    series {
      deviceId
      timestamps
      metrics {
        metric
        values
        count
      }
    }
    gone
  }
}
    `, {"hash":"sha256:2983fd475826e1846f3b181338d7e46a55a8d7f2282dccfe98954657e769dadc"}) as unknown as TypedDocumentString<LiveSeriesSubscription, LiveSeriesSubscriptionVariables>;
export const LiveDatasetDocument = new TypedDocumentString(`
    subscription LiveDataset {
  datasetChanged {
    version
    complete
    dataset {
      newestReading
    }
    devices(first: 100) {
      totalCount
      edges {
        node {
          deviceId
          days
        }
      }
    }
  }
}
    `, {"hash":"sha256:8b09c89707fa66f6f650276efaa275d09de7ae5f21ad57e4387825eb1a118a61"}) as unknown as TypedDocumentString<LiveDatasetSubscription, LiveDatasetSubscriptionVariables>;
export const ComparePeriodsDocument = new TypedDocumentString(`
    query ComparePeriods($first: DayPeriod!, $second: DayPeriod!) {
  compare(first: $first, second: $second, orderBy: AVG_TEMPERATURE, limit: 5) {
    deviceCount
    total {
      first {
        readingCount
        avgTemperature
      }
      second {
        readingCount
        avgTemperature
      }
      change {
        avgTemperature {
          absolute
          relative
        }
      }
    }
    devices {
      deviceId
      change {
        avgTemperature {
          absolute
        }
      }
    }
  }
}
    `, {"hash":"sha256:6c84532f3b81d8f65e817d0f7b7c4d776a66bb4e348d751302fca56677b0d1ea"}) as unknown as TypedDocumentString<ComparePeriodsQuery, ComparePeriodsQueryVariables>;
export const NodeByIdDocument = new TypedDocumentString(`
    query NodeById($id: ID!) {
  node(id: $id) {
    __typename
    id
    ... on Device {
      deviceId
      lastSeen
    }
  }
}
    `, {"hash":"sha256:ecb5fa3cac16b9ecad46d7a283042a57ba1d211b3df24f0997f761d04242ab50"}) as unknown as TypedDocumentString<NodeByIdQuery, NodeByIdQueryVariables>;
export const NamedQueriesDocument = new TypedDocumentString(`
    query NamedQueries($name: String!, $arguments: JSON) {
  namedQueries {
    name
    description
    field
    parameters {
      name
      type
      isList
      isRequired
      description
      default
    }
    columns {
      name
      type
      description
    }
  }
  namedQueryTable(name: $name, arguments: $arguments) {
    rows
    truncated
    rowLimit
  }
}
    `, {"hash":"sha256:c0ddc50855c159f9bfb301c138175d7ff1ba7f288c182f85ffae31df72c12c41"}) as unknown as TypedDocumentString<NamedQueriesQuery, NamedQueriesQueryVariables>;
export const AnswersDocument = new TypedDocumentString(`
    query Answers($timeZone: TimeZone!) {
  overview {
    totalRows
    deviceCount
    firstTimestamp
    lastTimestamp
  }
  dataset {
    source
    readMode
    objectCount
    rolledUp
    newestReading
    quarantined {
      key
      reason
    }
  }
  devices {
    edges {
      node {
        ...DeviceSummaryFields
        latestReading {
          ...LatestReadingFields
        }
        dailySummaries(timeZone: $timeZone) {
          ...DailySummaryFields
        }
      }
    }
  }
  dailySummaries(timeZone: $timeZone) {
    ...DailySummaryFields
  }
  latestReadings {
    ...LatestReadingFields
  }
}
    fragment DeviceSummaryFields on Device {
  deviceId
  firstSeen
  lastSeen
  readingCount
  avgVoltage
  minVoltage
  maxVoltage
  avgTemperature
  minTemperature
  maxTemperature
  avgSoc
  minSoc
  maxSoc
}
fragment DailySummaryFields on DailySummary {
  deviceId
  date
  readingCount
  avgVoltage
  minVoltage
  maxVoltage
  avgTemperature
  minTemperature
  maxTemperature
  avgSoc
  minSoc
  maxSoc
}
fragment LatestReadingFields on LatestReading {
  deviceId
  timestamp
  voltage
  temperature
  soc
}`, {"hash":"sha256:a16feae7970867f162fe4182b57366f9bc1f8aa5160ffc487a041ee46ed9ece5"}) as unknown as TypedDocumentString<AnswersQuery, AnswersQueryVariables>;
export const ChangingDocument = new TypedDocumentString(`
    query Changing {
  dataset {
    version
  }
  overview {
    totalRows
    lastTimestamp
  }
  devices {
    edges {
      node {
        deviceId
        readingCount
        avgVoltage
        lastSeen
        latestReading {
          voltage
        }
        dailySummaries {
          readingCount
          maxVoltage
        }
      }
    }
  }
  latestReadings {
    deviceId
    voltage
    timestamp
  }
}
    `, {"hash":"sha256:5885f1e27143527984f81f683218fbb7fe328e26ad66370faa875657d51b5342"}) as unknown as TypedDocumentString<ChangingQuery, ChangingQueryVariables>;
export const CompareDocument = new TypedDocumentString(`
    query Compare($first: DayPeriod!, $second: DayPeriod!) {
  compare(first: $first, second: $second, orderBy: AVG_TEMPERATURE, limit: 3) {
    deviceCount
    total {
      change {
        readingCount {
          absolute
          relative
        }
      }
    }
    devices {
      deviceId
      change {
        avgTemperature {
          absolute
        }
      }
    }
  }
}
    `, {"hash":"sha256:d6a9d37e7b88177b2be3f6f340ea5befbcafd16e40f2b95489c11808cec29bba"}) as unknown as TypedDocumentString<CompareQuery, CompareQueryVariables>;
export const ClientFleetDocument = new TypedDocumentString(`
    query ClientFleet($first: Int!, $after: String, $orderBy: DeviceOrder, $filter: DeviceFilter) {
  overview {
    totalRows
    deviceCount
    lastTimestamp
  }
  dataset {
    source
    refreshedAt
    quarantined {
      key
    }
  }
  devices(first: $first, after: $after, orderBy: $orderBy, filter: $filter) {
    totalCount
    edges {
      node {
        ...ClientDeviceFields
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment ClientDeviceFields on Device {
  id
  deviceId
  readingCount
  lastSeen
  maxTemperature
}`, {"hash":"sha256:d30e9c52bf9d38718a41ad90fbbcb2ba7f7f40dc7020a6c9c86b90461b50940a"}) as unknown as TypedDocumentString<ClientFleetQuery, ClientFleetQueryVariables>;
export const ClientDeviceDocument = new TypedDocumentString(`
    query ClientDevice($deviceId: ID!, $from: Date, $to: Date, $timeZone: TimeZone) {
  device(deviceId: $deviceId) {
    ...ClientDeviceFields
    berlin: dailySummaries(from: $from, to: $to, timeZone: $timeZone) {
      date
      avgSoc
    }
  }
  dailySummaries(
    deviceIds: [$deviceId]
    from: $from
    to: $to
    timeZone: $timeZone
  ) {
    deviceId
    date
    readingCount
  }
  latestReadings(deviceIds: [$deviceId]) {
    timestamp
    soc
    device {
      id
    }
  }
  hourlyAvg {
    rows {
      deviceId
      hour
      avgVoltage
    }
    truncated
  }
}
    fragment ClientDeviceFields on Device {
  id
  deviceId
  readingCount
  lastSeen
  maxTemperature
}`, {"hash":"sha256:f5bccc17699aa9b5f8c2121be67b451015c337553dd6cf0d29db2243a6a7abf7"}) as unknown as TypedDocumentString<ClientDeviceQuery, ClientDeviceQueryVariables>;
export const ClientNodeDocument = new TypedDocumentString(`
    query ClientNode($id: ID!) {
  node(id: $id) {
    __typename
    id
    ...ClientDeviceFields
  }
}
    fragment ClientDeviceFields on Device {
  id
  deviceId
  readingCount
  lastSeen
  maxTemperature
}`, {"hash":"sha256:36fc4ae519b701e56a40a6c67090ea0ce9d429684fb12eae73e1a60276f5a88b"}) as unknown as TypedDocumentString<ClientNodeQuery, ClientNodeQueryVariables>;
export const RelayPageDocument = new TypedDocumentString(`
    query RelayPage($first: Int, $after: String, $last: Int, $before: String, $filter: DeviceFilter, $orderBy: DeviceOrder) {
  devices(
    first: $first
    after: $after
    last: $last
    before: $before
    filter: $filter
    orderBy: $orderBy
  ) {
    totalCount
    edges {
      cursor
      node {
        deviceId
      }
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
  }
}
    `, {"hash":"sha256:321876fc132093375fd54439cc343a4b3f5492a3ecdb4de96993f71f4e78f9d5"}) as unknown as TypedDocumentString<RelayPageQuery, RelayPageQueryVariables>;
export const ReadingsPageDocument = new TypedDocumentString(`
    query ReadingsPage($device: ID!, $from: DateTime, $to: DateTime, $direction: OrderDirection, $first: Int, $after: String, $last: Int, $before: String) {
  dataset {
    version
    rolledUp
  }
  device(deviceId: $device) {
    readings(
      from: $from
      to: $to
      direction: $direction
      first: $first
      after: $after
      last: $last
      before: $before
    ) {
      totalCount
      edges {
        cursor
        node {
          deviceId
          timestamp
          voltage
          temperature
          soc
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
}
    `, {"hash":"sha256:9c6464816d78407a4cba38a94af29b1371b0c1891f868d9711439e9311eed025"}) as unknown as TypedDocumentString<ReadingsPageQuery, ReadingsPageQueryVariables>;