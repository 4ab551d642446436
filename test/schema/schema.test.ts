import { readFileSync } from 'node:fs';
import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import { ownSchema } from '../support/own-queries.ts';

const ownTypes = Object.values(schema.getTypeMap()).filter(
  ({ name }) => !name.startsWith('__') && !['String', 'Boolean', 'Int', 'Float', 'ID'].includes(name),
);

function* describables(type: GraphQLNamedType): Generator<[string, string | null | undefined]> {
  yield [type.name, type.description];
  if (isEnumType(type))
    for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value.description];
  if (isInputObjectType(type) || isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      yield [`${type.name}.${field.name}`, field.description];
      if ('args' in field) {
        for (const argument of field.args)
          yield [`${type.name}.${field.name}(${argument.name})`, argument.description];
      }
    }
  }
}

test('everything has a description', () => {
  const silent = ownTypes
    .flatMap((type) => [...describables(type)])
    .filter(([, description]) => !description?.trim());
  expect(silent.map(([name]) => name)).toEqual([]);
});

test('measured values say their unit', () => {
  const units = { voltage: /\bV\b/, temperature: /°C/, soc: /%/ };
  const checked = ownTypes
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()))
    .flatMap(({ name, description, type }) =>
      Object.entries(units)
        .filter(([metric]) => name.toLowerCase().endsWith(metric) && String(type).startsWith('Float'))
        .map(([, unit]) => [name, unit.test(description ?? '')] as const),
    );
  expect(checked.length).toBeGreaterThanOrEqual(21);
  expect(checked.filter(([, says]) => !says)).toEqual([]);
});

test('the committed SDL is the schema with the named queries of the project', async () => {
  const committed = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
  const bare = (sdl: string) =>
    sdl
      .replaceAll(/\s+/g, ' ')
      .replace(/^ ?schema \{[^}]*\} ?/, '')
      .trim();
  expect(bare(committed)).toBe(bare(printSchema(lexicographicSortSchema(await ownSchema()))));
});

test('the contract: names and nullability that clients build on', () => {
  const signature = (typeName: string) => {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) return undefined;
    return Object.fromEntries(
      Object.values(type.getFields()).map((field) => [
        `${field.name}${
          field.args.length === 0
            ? ''
            : `(${field.args
                .map(({ name, type }) => `${name}: ${type}`)
                .sort()
                .join(', ')})`
        }`,
        String(field.type),
      ]),
    );
  };
  expect(signature('Query')).toEqual({
    overview: 'Overview!',
    'devices(after: String, before: String, filter: DeviceFilter, first: Int, last: Int, orderBy: DeviceOrder)':
      'DeviceConnection!',
    'device(deviceId: ID!)': 'Device',
    'dailySummaries(deviceIds: [ID!], from: Date, timeZone: TimeZone, to: Date)': '[DailySummary!]!',
    'latestReadings(deviceIds: [ID!])': '[LatestReading!]!',
    'series(aggregate: SeriesAggregate, bucket: String, deviceIds: [ID!], fill: SeriesFill, from: DateTime, maxPoints: Int, metrics: [Metric!], timeZone: TimeZone, to: DateTime)':
      '[Series!]!',
    dataset: 'Dataset!',
    'topDevices(by: Statistic!, deviceIds: [ID!], direction: OrderDirection, first: Int, from: Date, timeZone: TimeZone, to: Date)':
      '[RankedDevice!]!',
    'compare(deviceIds: [ID!], first: DayPeriod!, limit: Int, orderBy: Statistic, second: DayPeriod!, timeZone: TimeZone)':
      'Comparison!',
    'histogram(binWidth: Float, bins: Int, deviceIds: [ID!], from: Date, max: Float, metric: Metric!, min: Float, timeZone: TimeZone, to: Date)':
      'Histogram!',
    'changedSince(version: ID!)': 'DatasetChanges!',
    namedQueries: '[NamedQuery!]!',
    'namedQueryTable(arguments: JSON, name: String!)': 'NamedQueryTable!',
    limits: '[Limit!]!',
    'node(id: ID!)': 'Node',
  });
  expect(signature('Subscription')).toEqual({
    'datasetChanged(since: ID)': 'DatasetChanges!',
    'latestReadings(deviceIds: [ID!]!, since: ID)': 'LatestReadingsUpdate!',
    'series(aggregate: SeriesAggregate, bucket: String!, deviceIds: [ID!]!, from: DateTime, metrics: [Metric!], since: ID, timeZone: TimeZone, to: DateTime)':
      'SeriesUpdate!',
  });
  expect(signature('DatasetChanges')).toEqual({
    since: 'ID',
    version: 'ID!',
    complete: 'Boolean!',
    dataset: 'Dataset!',
    'devices(after: String, before: String, first: Int, last: Int)': 'ChangedDeviceConnection!',
  });
  expect(signature('ChangedDevice')).toEqual({ deviceId: 'ID!', device: 'Device', days: '[Date!]!' });
  expect(signature('LatestReadingsUpdate')).toEqual({
    version: 'ID!',
    reset: 'Boolean!',
    readings: '[LatestReading!]!',
    gone: '[ID!]!',
  });
  expect(signature('SeriesUpdate')).toEqual({
    version: 'ID!',
    reset: 'Boolean!',
    series: '[Series!]!',
    gone: '[ID!]!',
  });
  expect(signature('NamedQuery')).toEqual({
    name: 'String!',
    description: 'String!',
    tag: 'String!',
    field: 'String',
    needsEveryDevice: 'Boolean!',
    cacheSeconds: 'Int',
    parameters: '[NamedQueryParameter!]!',
    columns: '[NamedQueryColumn!]',
  });
  expect(signature('NamedQueryTable')).toEqual({
    columns: '[NamedQueryColumn!]!',
    rows: '[JSON!]!',
    truncated: 'Boolean!',
    rowLimit: 'Int!',
  });
  expect(signature('Overview')).toEqual({
    totalRows: 'SafeInt!',
    deviceCount: 'Int!',
    firstTimestamp: 'DateTime',
    lastTimestamp: 'DateTime',
  });
  expect(signature('LatestReading')).toEqual({
    deviceId: 'ID!',
    device: 'Device!',
    timestamp: 'DateTime!',
    voltage: 'Float',
    temperature: 'Float',
    soc: 'Float',
  });
  const statistics = Object.fromEntries(
    ['Voltage', 'Temperature', 'Soc'].flatMap((metric) =>
      ['avg', 'min', 'max'].map((statistic) => [`${statistic}${metric}`, 'Float']),
    ),
  );
  expect(signature('DailySummary')).toEqual({
    deviceId: 'ID!',
    device: 'Device!',
    date: 'Date!',
    readingCount: 'SafeInt!',
    ...statistics,
  });
  expect(signature('Device')).toEqual({
    id: 'ID!',
    deviceId: 'ID!',
    firstSeen: 'DateTime!',
    lastSeen: 'DateTime!',
    readingCount: 'SafeInt!',
    ...statistics,
    latestReading: 'LatestReading!',
    'dailySummaries(from: Date, timeZone: TimeZone, to: Date)': '[DailySummary!]!',
    'series(aggregate: SeriesAggregate, bucket: String, fill: SeriesFill, from: DateTime, maxPoints: Int, metrics: [Metric!], timeZone: TimeZone, to: DateTime)':
      'Series!',
    'readings(after: String, before: String, direction: OrderDirection, first: Int, from: DateTime, last: Int, to: DateTime)':
      'ReadingConnection!',
  });
  expect(signature('Reading')).toEqual({
    deviceId: 'ID!',
    timestamp: 'DateTime!',
    voltage: 'Float',
    temperature: 'Float',
    soc: 'Float',
  });
  expect(signature('Series')).toEqual({
    deviceId: 'ID!',
    device: 'Device!',
    from: 'DateTime!',
    to: 'DateTime!',
    timeZone: 'TimeZone!',
    resolution: 'SeriesResolution!',
    timestamps: 'TimeColumn!',
    metrics: '[MetricSeries!]!',
    points: '[SeriesPoint!]!',
  });
  expect(signature('MetricSeries')).toEqual({
    metric: 'Metric!',
    values: 'NumberColumn!',
    min: 'NumberColumn!',
    max: 'NumberColumn!',
    count: 'NumberColumn!',
  });
});
