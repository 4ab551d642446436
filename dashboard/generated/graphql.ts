/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Conditions that an object must all meet. An unset condition lets every object pass. */
export type DatasetObjectFilter = {
  /** Its key contains this text, upper and lower case alike. */
  search?: string | null | undefined;
  /** What it is to the answers. */
  status?: ObjectStatus | null | undefined;
};

/** An order of objects. Objects of equal value are ordered by their key, by its UTF-8 bytes. */
export type DatasetObjectOrder = {
  /** Which end comes first. */
  direction?: OrderDirection | null | undefined;
  /** What to order by. */
  field: DatasetObjectOrderField;
};

/** What objects can be ordered by. */
export type DatasetObjectOrderField =
  /** By `key`. */
  | 'KEY'
  /** By `lastModified`. */
  | 'LAST_MODIFIED'
  /** By `size`. */
  | 'SIZE';

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

export type DatasetStateFragment = { version: string, isWhole: boolean, source: DatasetSource, readMode: ReadMode, newestReading: string | null, refreshedAt: string, rolledUp: boolean, coverage: number, progress: { objects: number, objectsDone: number, bytes: number, bytesDone: number, secondsLeft: number | null } | null };

export type SnapshotQueryVariables = Exact<{ [key: string]: never; }>;


export type SnapshotQuery = { dataset: { version: string, isWhole: boolean, source: DatasetSource, readMode: ReadMode, newestReading: string | null, refreshedAt: string, rolledUp: boolean, coverage: number, progress: { objects: number, objectsDone: number, bytes: number, bytesDone: number, secondsLeft: number | null } | null } };

export type SnapshotChangesSubscriptionVariables = Exact<{
  since?: string | number | null | undefined;
}>;


export type SnapshotChangesSubscription = { datasetChanged: { since: string | null, version: string, complete: boolean, dataset: { version: string, isWhole: boolean, source: DatasetSource, readMode: ReadMode, newestReading: string | null, refreshedAt: string, rolledUp: boolean, coverage: number, progress: { objects: number, objectsDone: number, bytes: number, bytesDone: number, secondsLeft: number | null } | null }, devices: { totalCount: number, edges: Array<{ node: { deviceId: string } }> } } };

export type FleetTrendsQueryVariables = Exact<{
  deviceIds: Array<string | number> | string | number;
  from: string;
  to: string;
}>;


export type FleetTrendsQuery = { series: Array<{ deviceId: string, timestamps: number[], metrics: Array<{ values: (number | null)[] }> }> };

export type ReadingTotalsQueryVariables = Exact<{ [key: string]: never; }>;


export type ReadingTotalsQuery = { overview: { totalRows: number, deviceCount: number, firstTimestamp: string | null, lastTimestamp: string | null } };

export type ObjectTotalsQueryVariables = Exact<{ [key: string]: never; }>;


export type ObjectTotalsQuery = { dataset: { isWhole: boolean, bytes: number, objectCount: number, quarantined: Array<{ key: string, reason: string, size: number, lastModified: string }> } };

export type ObjectListQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: DatasetObjectFilter | null | undefined;
  orderBy?: DatasetObjectOrder | null | undefined;
}>;


export type ObjectListQuery = { dataset: { isWhole: boolean, objects: { totalCount: number, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, edges: Array<{ node: { key: string, status: ObjectStatus, size: number, lastModified: string, rowCount: number | null, contents: { readingCount: number, deviceCount: number, firstTimestamp: string | null, lastTimestamp: string | null } | null } }> } } };

export type DeviceHeadQueryVariables = Exact<{
  deviceId: string | number;
}>;


export type DeviceHeadQuery = { overview: { lastTimestamp: string | null }, device: { deviceId: string, firstSeen: string, lastSeen: string, readingCount: number, minVoltage: number | null, maxVoltage: number | null, minTemperature: number | null, maxTemperature: number | null, minSoc: number | null, maxSoc: number | null, latestReading: { timestamp: string, voltage: number | null, temperature: number | null, soc: number | null } } | null };

export type DeviceSeriesQueryVariables = Exact<{
  deviceId: string | number;
  from: string;
  to: string;
  maxPoints: number;
  timeZone: string;
}>;


export type DeviceSeriesQuery = { device: { series: { from: string, to: string, timestamps: number[], resolution: { method: SeriesMethod, bucket: string | null, exact: boolean, source: SeriesSource }, metrics: Array<{ metric: Metric, values: (number | null)[], min: (number | null)[], max: (number | null)[] }> } } | null };

export type DeviceDaysQueryVariables = Exact<{
  deviceId: string | number;
  timeZone: string;
}>;


export type DeviceDaysQuery = { device: { dailySummaries: Array<{ date: string, readingCount: number, avgVoltage: number | null, minVoltage: number | null, maxVoltage: number | null, avgTemperature: number | null, minTemperature: number | null, maxTemperature: number | null, avgSoc: number | null, minSoc: number | null, maxSoc: number | null }> } | null };

export type FleetQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: DeviceFilter | null | undefined;
  orderBy?: DeviceOrder | null | undefined;
  lowSoc: number;
  hotTemperature: number;
  silentFor: string;
  attention: number;
}>;


export type FleetQuery = { overview: { totalRows: number, deviceCount: number, firstTimestamp: string | null, lastTimestamp: string | null }, devices: { totalCount: number, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, edges: Array<{ node: { deviceId: string, readingCount: number, latestReading: { timestamp: string, voltage: number | null, temperature: number | null, soc: number | null } } }> }, low: { totalCount: number, edges: Array<{ node: { deviceId: string, readingCount: number, latestReading: { timestamp: string, voltage: number | null, temperature: number | null, soc: number | null } } }> }, hot: { totalCount: number, edges: Array<{ node: { deviceId: string, readingCount: number, latestReading: { timestamp: string, voltage: number | null, temperature: number | null, soc: number | null } } }> }, silent: { totalCount: number, edges: Array<{ node: { deviceId: string, readingCount: number, latestReading: { timestamp: string, voltage: number | null, temperature: number | null, soc: number | null } } }> } };

export type FleetAttentionFragment = { totalCount: number, edges: Array<{ node: { deviceId: string, readingCount: number, latestReading: { timestamp: string, voltage: number | null, temperature: number | null, soc: number | null } } }> };

export type FleetDeviceFragment = { deviceId: string, readingCount: number, latestReading: { timestamp: string, voltage: number | null, temperature: number | null, soc: number | null } };

export type NamedQueriesQueryVariables = Exact<{ [key: string]: never; }>;


export type NamedQueriesQuery = { namedQueries: Array<{ name: string, description: string, parameters: Array<{ name: string, type: NamedQueryParameterType, isList: boolean, isRequired: boolean, description: string, default: unknown, min: unknown, max: unknown, values: Array<unknown> | null }> }> };

export type NamedQueryTableQueryVariables = Exact<{
  name: string;
  arguments?: unknown;
}>;


export type NamedQueryTableQuery = { namedQueryTable: { rows: Array<unknown>, truncated: boolean, rowLimit: number } };

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
export const DatasetStateFragmentDoc = new TypedDocumentString(`
    fragment DatasetState on Dataset {
  version
  isWhole
  source
  readMode
  newestReading
  refreshedAt
  rolledUp
  coverage
  progress {
    objects
    objectsDone
    bytes
    bytesDone
    secondsLeft
  }
}
    `, {"fragmentName":"DatasetState"}) as unknown as TypedDocumentString<DatasetStateFragment, unknown>;
export const FleetDeviceFragmentDoc = new TypedDocumentString(`
    fragment FleetDevice on Device {
  deviceId
  readingCount
  latestReading {
    timestamp
    voltage
    temperature
    soc
  }
}
    `, {"fragmentName":"FleetDevice"}) as unknown as TypedDocumentString<FleetDeviceFragment, unknown>;
export const FleetAttentionFragmentDoc = new TypedDocumentString(`
    fragment FleetAttention on DeviceConnection {
  totalCount
  edges {
    node {
      ...FleetDevice
    }
  }
}
    fragment FleetDevice on Device {
  deviceId
  readingCount
  latestReading {
    timestamp
    voltage
    temperature
    soc
  }
}`, {"fragmentName":"FleetAttention"}) as unknown as TypedDocumentString<FleetAttentionFragment, unknown>;
export const SnapshotDocument = new TypedDocumentString(`
    query Snapshot {
  dataset {
    ...DatasetState
  }
}
    fragment DatasetState on Dataset {
  version
  isWhole
  source
  readMode
  newestReading
  refreshedAt
  rolledUp
  coverage
  progress {
    objects
    objectsDone
    bytes
    bytesDone
    secondsLeft
  }
}`, {"hash":"sha256:e72b09347f907157c5a86492d73d46490ee436a9f34abaeeb65ecb77bd658140"}) as unknown as TypedDocumentString<SnapshotQuery, SnapshotQueryVariables>;
export const SnapshotChangesDocument = new TypedDocumentString(`
    subscription SnapshotChanges($since: ID) {
  datasetChanged(since: $since) {
    since
    version
    complete
    dataset {
      ...DatasetState
    }
    devices(first: 200) {
      totalCount
      edges {
        node {
          deviceId
        }
      }
    }
  }
}
    fragment DatasetState on Dataset {
  version
  isWhole
  source
  readMode
  newestReading
  refreshedAt
  rolledUp
  coverage
  progress {
    objects
    objectsDone
    bytes
    bytesDone
    secondsLeft
  }
}`, {"hash":"sha256:232fa0e9cd025f3251d799b495004999121a7245175b90409bba0c692a41c180"}) as unknown as TypedDocumentString<SnapshotChangesSubscription, SnapshotChangesSubscriptionVariables>;
export const FleetTrendsDocument = new TypedDocumentString(`
    query FleetTrends($deviceIds: [ID!]!, $from: DateTime!, $to: DateTime!) {
  series(
    deviceIds: $deviceIds
    from: $from
    to: $to
    metrics: [SOC]
    bucket: "1h"
  ) {
    deviceId
    timestamps
    metrics {
      values
    }
  }
}
    `, {"hash":"sha256:dddf88a6a90b1e466b35c1690c8da20088e29a81f3d75e5252fba94d33652d13"}) as unknown as TypedDocumentString<FleetTrendsQuery, FleetTrendsQueryVariables>;
export const ReadingTotalsDocument = new TypedDocumentString(`
    query ReadingTotals {
  overview {
    totalRows
    deviceCount
    firstTimestamp
    lastTimestamp
  }
}
    `, {"hash":"sha256:36a73aef8f29b0d65b958407334dbc268f177e7018f5c091fe3b619f40184f2f"}) as unknown as TypedDocumentString<ReadingTotalsQuery, ReadingTotalsQueryVariables>;
export const ObjectTotalsDocument = new TypedDocumentString(`
    query ObjectTotals {
  dataset {
    isWhole
    bytes
    objectCount
    quarantined {
      key
      reason
      size
      lastModified
    }
  }
}
    `, {"hash":"sha256:4571e6549a9d3d7b5d787fe480a569d6add1e55c10daa86b665a04568d838d9e"}) as unknown as TypedDocumentString<ObjectTotalsQuery, ObjectTotalsQueryVariables>;
export const ObjectListDocument = new TypedDocumentString(`
    query ObjectList($first: Int, $after: String, $last: Int, $before: String, $filter: DatasetObjectFilter, $orderBy: DatasetObjectOrder) {
  dataset {
    isWhole
    objects(
      first: $first
      after: $after
      last: $last
      before: $before
      filter: $filter
      orderBy: $orderBy
    ) {
      totalCount
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
      edges {
        node {
          key
          status
          size
          lastModified
          rowCount
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
    `, {"hash":"sha256:f34c957a2525ce02d81e1116db221b3f13fd50748eedb6feec6ebdec9ffb9665"}) as unknown as TypedDocumentString<ObjectListQuery, ObjectListQueryVariables>;
export const DeviceHeadDocument = new TypedDocumentString(`
    query DeviceHead($deviceId: ID!) {
  overview {
    lastTimestamp
  }
  device(deviceId: $deviceId) {
    deviceId
    firstSeen
    lastSeen
    readingCount
    minVoltage
    maxVoltage
    minTemperature
    maxTemperature
    minSoc
    maxSoc
    latestReading {
      timestamp
      voltage
      temperature
      soc
    }
  }
}
    `, {"hash":"sha256:5078569fbcf44faeb230df2fd6933e54ddda77a40bc438b4a22c2564b13ae0d4"}) as unknown as TypedDocumentString<DeviceHeadQuery, DeviceHeadQueryVariables>;
export const DeviceSeriesDocument = new TypedDocumentString(`
    query DeviceSeries($deviceId: ID!, $from: DateTime!, $to: DateTime!, $maxPoints: Int!, $timeZone: TimeZone!) {
  device(deviceId: $deviceId) {
    series(from: $from, to: $to, maxPoints: $maxPoints, timeZone: $timeZone) {
      from
      to
      resolution {
        method
        bucket
        exact
        source
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
}
    `, {"hash":"sha256:e2e5d14041a6638cda6b96fb437682571f72ede5960adfd1fdb6ad2990da1777"}) as unknown as TypedDocumentString<DeviceSeriesQuery, DeviceSeriesQueryVariables>;
export const DeviceDaysDocument = new TypedDocumentString(`
    query DeviceDays($deviceId: ID!, $timeZone: TimeZone!) {
  device(deviceId: $deviceId) {
    dailySummaries(timeZone: $timeZone) {
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
  }
}
    `, {"hash":"sha256:906afa3d7cef2c69b6133bf89e22c8812ab878f08a65cd6ffe7e8026c26031e7"}) as unknown as TypedDocumentString<DeviceDaysQuery, DeviceDaysQueryVariables>;
export const FleetDocument = new TypedDocumentString(`
    query Fleet($first: Int, $after: String, $last: Int, $before: String, $filter: DeviceFilter, $orderBy: DeviceOrder, $lowSoc: Float!, $hotTemperature: Float!, $silentFor: Duration!, $attention: Int!) {
  overview {
    totalRows
    deviceCount
    firstTimestamp
    lastTimestamp
  }
  devices(
    first: $first
    after: $after
    last: $last
    before: $before
    filter: $filter
    orderBy: $orderBy
  ) {
    totalCount
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
    edges {
      node {
        ...FleetDevice
      }
    }
  }
  low: devices(
    first: $attention
    filter: {latest: {soc: {lt: $lowSoc}}}
    orderBy: {field: LATEST_SOC}
  ) {
    ...FleetAttention
  }
  hot: devices(
    first: $attention
    filter: {latest: {temperature: {gte: $hotTemperature}}}
    orderBy: {field: LATEST_TEMPERATURE, direction: DESC}
  ) {
    ...FleetAttention
  }
  silent: devices(
    first: $attention
    filter: {silentFor: $silentFor}
    orderBy: {field: LAST_SEEN}
  ) {
    ...FleetAttention
  }
}
    fragment FleetAttention on DeviceConnection {
  totalCount
  edges {
    node {
      ...FleetDevice
    }
  }
}
fragment FleetDevice on Device {
  deviceId
  readingCount
  latestReading {
    timestamp
    voltage
    temperature
    soc
  }
}`, {"hash":"sha256:c7f0945661a562f44c0c5400390035145628b1bbd0b9eae245300316b8cd7dec"}) as unknown as TypedDocumentString<FleetQuery, FleetQueryVariables>;
export const NamedQueriesDocument = new TypedDocumentString(`
    query NamedQueries {
  namedQueries {
    name
    description
    parameters {
      name
      type
      isList
      isRequired
      description
      default
      min
      max
      values
    }
  }
}
    `, {"hash":"sha256:5e67df28303b77fc9faa74e2f1b448ddf2f1aea938724ca118e3ad0759529c54"}) as unknown as TypedDocumentString<NamedQueriesQuery, NamedQueriesQueryVariables>;
export const NamedQueryTableDocument = new TypedDocumentString(`
    query NamedQueryTable($name: String!, $arguments: JSON) {
  namedQueryTable(name: $name, arguments: $arguments) {
    rows
    truncated
    rowLimit
  }
}
    `, {"hash":"sha256:c268049ef23d5534a3c2d4351b704d0342dd0fe1cf526790d5a9cab5a536d8c2"}) as unknown as TypedDocumentString<NamedQueryTableQuery, NamedQueryTableQueryVariables>;