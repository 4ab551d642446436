/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query Fleet {\n  overview {\n    totalRows\n    deviceCount\n    firstTimestamp\n    lastTimestamp\n  }\n  dataset {\n    version\n    source\n    readMode\n    objectCount\n    bytes\n    refreshedAt\n    newestReading\n    quarantined {\n      key\n      reason\n    }\n  }\n}": typeof types.FleetDocument,
    "query Devices($first: Int, $after: String, $filter: DeviceFilter, $orderBy: DeviceOrder) {\n  devices(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {\n    totalCount\n    edges {\n      node {\n        deviceId\n        readingCount\n        firstSeen\n        lastSeen\n        avgVoltage\n        avgTemperature\n        avgSoc\n        latestReading {\n          timestamp\n          voltage\n          temperature\n          soc\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": typeof types.DevicesDocument,
    "query Device($deviceId: ID!, $from: Date, $to: Date, $timeZone: TimeZone) {\n  device(deviceId: $deviceId) {\n    id\n    deviceId\n    readingCount\n    lastSeen\n    minVoltage\n    maxVoltage\n    maxTemperature\n    dailySummaries(from: $from, to: $to, timeZone: $timeZone) {\n      date\n      readingCount\n      avgVoltage\n      maxTemperature\n      avgSoc\n    }\n  }\n}": typeof types.DeviceDocument,
    "query DailySummaries($timeZone: TimeZone) {\n  dailySummaries(timeZone: $timeZone) {\n    deviceId\n    date\n    readingCount\n    avgVoltage\n    minTemperature\n    maxTemperature\n    avgSoc\n  }\n}": typeof types.DailySummariesDocument,
    "query LatestReadings($deviceIds: [ID!]) {\n  latestReadings(deviceIds: $deviceIds) {\n    deviceId\n    timestamp\n    voltage\n    temperature\n    soc\n  }\n}": typeof types.LatestReadingsDocument,
    "query Answers($timeZone: TimeZone!) {\n  overview {\n    totalRows\n    deviceCount\n    firstTimestamp\n    lastTimestamp\n  }\n  dataset {\n    source\n    readMode\n    objectCount\n    rolledUp\n    newestReading\n    quarantined {\n      key\n      reason\n    }\n  }\n  devices {\n    edges {\n      node {\n        ...DeviceSummaryFields\n        latestReading {\n          ...LatestReadingFields\n        }\n        dailySummaries(timeZone: $timeZone) {\n          ...DailySummaryFields\n        }\n      }\n    }\n  }\n  dailySummaries(timeZone: $timeZone) {\n    ...DailySummaryFields\n  }\n  latestReadings {\n    ...LatestReadingFields\n  }\n}\n\nfragment DeviceSummaryFields on Device {\n  deviceId\n  firstSeen\n  lastSeen\n  readingCount\n  avgVoltage\n  minVoltage\n  maxVoltage\n  avgTemperature\n  minTemperature\n  maxTemperature\n  avgSoc\n  minSoc\n  maxSoc\n}\n\nfragment DailySummaryFields on DailySummary {\n  deviceId\n  date\n  readingCount\n  avgVoltage\n  minVoltage\n  maxVoltage\n  avgTemperature\n  minTemperature\n  maxTemperature\n  avgSoc\n  minSoc\n  maxSoc\n}\n\nfragment LatestReadingFields on LatestReading {\n  deviceId\n  timestamp\n  voltage\n  temperature\n  soc\n}": typeof types.AnswersDocument,
    "query Changing {\n  dataset {\n    version\n  }\n  overview {\n    totalRows\n    lastTimestamp\n  }\n  devices {\n    edges {\n      node {\n        deviceId\n        readingCount\n        avgVoltage\n        lastSeen\n        latestReading {\n          voltage\n        }\n        dailySummaries {\n          readingCount\n          maxVoltage\n        }\n      }\n    }\n  }\n  latestReadings {\n    deviceId\n    voltage\n    timestamp\n  }\n}": typeof types.ChangingDocument,
    "query RelayPage($first: Int, $after: String, $last: Int, $before: String, $filter: DeviceFilter, $orderBy: DeviceOrder) {\n  devices(\n    first: $first\n    after: $after\n    last: $last\n    before: $before\n    filter: $filter\n    orderBy: $orderBy\n  ) {\n    totalCount\n    edges {\n      cursor\n      node {\n        deviceId\n      }\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}": typeof types.RelayPageDocument,
};
const documents: Documents = {
    "query Fleet {\n  overview {\n    totalRows\n    deviceCount\n    firstTimestamp\n    lastTimestamp\n  }\n  dataset {\n    version\n    source\n    readMode\n    objectCount\n    bytes\n    refreshedAt\n    newestReading\n    quarantined {\n      key\n      reason\n    }\n  }\n}": types.FleetDocument,
    "query Devices($first: Int, $after: String, $filter: DeviceFilter, $orderBy: DeviceOrder) {\n  devices(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {\n    totalCount\n    edges {\n      node {\n        deviceId\n        readingCount\n        firstSeen\n        lastSeen\n        avgVoltage\n        avgTemperature\n        avgSoc\n        latestReading {\n          timestamp\n          voltage\n          temperature\n          soc\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": types.DevicesDocument,
    "query Device($deviceId: ID!, $from: Date, $to: Date, $timeZone: TimeZone) {\n  device(deviceId: $deviceId) {\n    id\n    deviceId\n    readingCount\n    lastSeen\n    minVoltage\n    maxVoltage\n    maxTemperature\n    dailySummaries(from: $from, to: $to, timeZone: $timeZone) {\n      date\n      readingCount\n      avgVoltage\n      maxTemperature\n      avgSoc\n    }\n  }\n}": types.DeviceDocument,
    "query DailySummaries($timeZone: TimeZone) {\n  dailySummaries(timeZone: $timeZone) {\n    deviceId\n    date\n    readingCount\n    avgVoltage\n    minTemperature\n    maxTemperature\n    avgSoc\n  }\n}": types.DailySummariesDocument,
    "query LatestReadings($deviceIds: [ID!]) {\n  latestReadings(deviceIds: $deviceIds) {\n    deviceId\n    timestamp\n    voltage\n    temperature\n    soc\n  }\n}": types.LatestReadingsDocument,
    "query Answers($timeZone: TimeZone!) {\n  overview {\n    totalRows\n    deviceCount\n    firstTimestamp\n    lastTimestamp\n  }\n  dataset {\n    source\n    readMode\n    objectCount\n    rolledUp\n    newestReading\n    quarantined {\n      key\n      reason\n    }\n  }\n  devices {\n    edges {\n      node {\n        ...DeviceSummaryFields\n        latestReading {\n          ...LatestReadingFields\n        }\n        dailySummaries(timeZone: $timeZone) {\n          ...DailySummaryFields\n        }\n      }\n    }\n  }\n  dailySummaries(timeZone: $timeZone) {\n    ...DailySummaryFields\n  }\n  latestReadings {\n    ...LatestReadingFields\n  }\n}\n\nfragment DeviceSummaryFields on Device {\n  deviceId\n  firstSeen\n  lastSeen\n  readingCount\n  avgVoltage\n  minVoltage\n  maxVoltage\n  avgTemperature\n  minTemperature\n  maxTemperature\n  avgSoc\n  minSoc\n  maxSoc\n}\n\nfragment DailySummaryFields on DailySummary {\n  deviceId\n  date\n  readingCount\n  avgVoltage\n  minVoltage\n  maxVoltage\n  avgTemperature\n  minTemperature\n  maxTemperature\n  avgSoc\n  minSoc\n  maxSoc\n}\n\nfragment LatestReadingFields on LatestReading {\n  deviceId\n  timestamp\n  voltage\n  temperature\n  soc\n}": types.AnswersDocument,
    "query Changing {\n  dataset {\n    version\n  }\n  overview {\n    totalRows\n    lastTimestamp\n  }\n  devices {\n    edges {\n      node {\n        deviceId\n        readingCount\n        avgVoltage\n        lastSeen\n        latestReading {\n          voltage\n        }\n        dailySummaries {\n          readingCount\n          maxVoltage\n        }\n      }\n    }\n  }\n  latestReadings {\n    deviceId\n    voltage\n    timestamp\n  }\n}": types.ChangingDocument,
    "query RelayPage($first: Int, $after: String, $last: Int, $before: String, $filter: DeviceFilter, $orderBy: DeviceOrder) {\n  devices(\n    first: $first\n    after: $after\n    last: $last\n    before: $before\n    filter: $filter\n    orderBy: $orderBy\n  ) {\n    totalCount\n    edges {\n      cursor\n      node {\n        deviceId\n      }\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}": types.RelayPageDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Fleet {\n  overview {\n    totalRows\n    deviceCount\n    firstTimestamp\n    lastTimestamp\n  }\n  dataset {\n    version\n    source\n    readMode\n    objectCount\n    bytes\n    refreshedAt\n    newestReading\n    quarantined {\n      key\n      reason\n    }\n  }\n}"): typeof import('./graphql.ts').FleetDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Devices($first: Int, $after: String, $filter: DeviceFilter, $orderBy: DeviceOrder) {\n  devices(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {\n    totalCount\n    edges {\n      node {\n        deviceId\n        readingCount\n        firstSeen\n        lastSeen\n        avgVoltage\n        avgTemperature\n        avgSoc\n        latestReading {\n          timestamp\n          voltage\n          temperature\n          soc\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}"): typeof import('./graphql.ts').DevicesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Device($deviceId: ID!, $from: Date, $to: Date, $timeZone: TimeZone) {\n  device(deviceId: $deviceId) {\n    id\n    deviceId\n    readingCount\n    lastSeen\n    minVoltage\n    maxVoltage\n    maxTemperature\n    dailySummaries(from: $from, to: $to, timeZone: $timeZone) {\n      date\n      readingCount\n      avgVoltage\n      maxTemperature\n      avgSoc\n    }\n  }\n}"): typeof import('./graphql.ts').DeviceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query DailySummaries($timeZone: TimeZone) {\n  dailySummaries(timeZone: $timeZone) {\n    deviceId\n    date\n    readingCount\n    avgVoltage\n    minTemperature\n    maxTemperature\n    avgSoc\n  }\n}"): typeof import('./graphql.ts').DailySummariesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query LatestReadings($deviceIds: [ID!]) {\n  latestReadings(deviceIds: $deviceIds) {\n    deviceId\n    timestamp\n    voltage\n    temperature\n    soc\n  }\n}"): typeof import('./graphql.ts').LatestReadingsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Answers($timeZone: TimeZone!) {\n  overview {\n    totalRows\n    deviceCount\n    firstTimestamp\n    lastTimestamp\n  }\n  dataset {\n    source\n    readMode\n    objectCount\n    rolledUp\n    newestReading\n    quarantined {\n      key\n      reason\n    }\n  }\n  devices {\n    edges {\n      node {\n        ...DeviceSummaryFields\n        latestReading {\n          ...LatestReadingFields\n        }\n        dailySummaries(timeZone: $timeZone) {\n          ...DailySummaryFields\n        }\n      }\n    }\n  }\n  dailySummaries(timeZone: $timeZone) {\n    ...DailySummaryFields\n  }\n  latestReadings {\n    ...LatestReadingFields\n  }\n}\n\nfragment DeviceSummaryFields on Device {\n  deviceId\n  firstSeen\n  lastSeen\n  readingCount\n  avgVoltage\n  minVoltage\n  maxVoltage\n  avgTemperature\n  minTemperature\n  maxTemperature\n  avgSoc\n  minSoc\n  maxSoc\n}\n\nfragment DailySummaryFields on DailySummary {\n  deviceId\n  date\n  readingCount\n  avgVoltage\n  minVoltage\n  maxVoltage\n  avgTemperature\n  minTemperature\n  maxTemperature\n  avgSoc\n  minSoc\n  maxSoc\n}\n\nfragment LatestReadingFields on LatestReading {\n  deviceId\n  timestamp\n  voltage\n  temperature\n  soc\n}"): typeof import('./graphql.ts').AnswersDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Changing {\n  dataset {\n    version\n  }\n  overview {\n    totalRows\n    lastTimestamp\n  }\n  devices {\n    edges {\n      node {\n        deviceId\n        readingCount\n        avgVoltage\n        lastSeen\n        latestReading {\n          voltage\n        }\n        dailySummaries {\n          readingCount\n          maxVoltage\n        }\n      }\n    }\n  }\n  latestReadings {\n    deviceId\n    voltage\n    timestamp\n  }\n}"): typeof import('./graphql.ts').ChangingDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query RelayPage($first: Int, $after: String, $last: Int, $before: String, $filter: DeviceFilter, $orderBy: DeviceOrder) {\n  devices(\n    first: $first\n    after: $after\n    last: $last\n    before: $before\n    filter: $filter\n    orderBy: $orderBy\n  ) {\n    totalCount\n    edges {\n      cursor\n      node {\n        deviceId\n      }\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}"): typeof import('./graphql.ts').RelayPageDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
