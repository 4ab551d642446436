import { initGraphQLTada } from 'gql.tada';
import type { introspection } from '../../generated/graphql-env.d.ts';

/** The types of documents come from their text and the schema alone: nothing is generated for a document. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: {
    Date: string;
    DateTime: string;
    Duration: string;
    TimeZone: string;
    SafeInt: number;
    TimeColumn: number[];
    NumberColumn: (number | null)[];
    JSON: unknown;
  };
}>();

const DeviceFields = graphql(`
  fragment TadaDevice on Device @_unmask {
    id
    deviceId
    readingCount
    maxTemperature
    lastSeen
    dailySummaries(timeZone: $timeZone) {
      date
      avgSoc
    }
  }
`);

export const Fleet = graphql(
  `
    query TadaFleet($first: Int!, $after: String, $orderBy: DeviceOrder, $timeZone: TimeZone) {
      overview {
        totalRows
        deviceCount
        lastTimestamp
      }
      dataset {
        source
        readMode
        quarantined {
          key
        }
      }
      devices(first: $first, after: $after, orderBy: $orderBy) {
        totalCount
        edges {
          node {
            ...TadaDevice
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [DeviceFields],
);

export const One = graphql(
  `
    query TadaOne($deviceId: ID!, $id: ID!, $from: Date, $timeZone: TimeZone) {
      device(deviceId: $deviceId) {
        ...TadaDevice
      }
      node(id: $id) {
        __typename
        id
        ... on Device {
          deviceId
        }
      }
      dailySummaries(deviceIds: [$deviceId], from: $from) {
        deviceId
        date
        readingCount
      }
      latestReadings(deviceIds: [$deviceId]) {
        timestamp
        soc
      }
      series(deviceIds: [$deviceId], metrics: [SOC], maxPoints: 100) {
        timestamps
        metrics {
          values
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
  `,
  [DeviceFields],
);
