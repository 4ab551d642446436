import { graphql } from 'relay-runtime';

/** What the compiler reads. The app imports what it makes of them, as Relay's Babel plug-in would have it do. */
export const documents = () => [
  graphql`
    query FleetQuery($first: Int!, $timeZone: TimeZone!) {
      overview {
        totalRows
        deviceCount
      }
      ...DeviceList_query @arguments(first: $first, timeZone: $timeZone)
    }
  `,
  graphql`
    fragment DeviceList_query on Query
    @argumentDefinitions(
      first: { type: "Int", defaultValue: 10 }
      after: { type: "String" }
      timeZone: { type: "TimeZone", defaultValue: "UTC" }
    )
    @refetchable(queryName: "DeviceListPaginationQuery") {
      devices(first: $first, after: $after, orderBy: { field: DEVICE_ID, direction: DESC })
        @connection(key: "DeviceList_devices") {
        totalCount
        edges {
          node {
            ...DeviceRow_device @arguments(timeZone: $timeZone)
          }
        }
      }
    }
  `,
  graphql`
    fragment DeviceRow_device on Device
    @argumentDefinitions(timeZone: { type: "TimeZone", defaultValue: "UTC" })
    @refetchable(queryName: "DeviceRowRefetchQuery") {
      id
      deviceId
      readingCount
      dailySummaries(timeZone: $timeZone) {
        date
        readingCount
      }
    }
  `,
  graphql`
    query NodeQuery($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Device {
          lastSeen
        }
      }
    }
  `,
  graphql`
    query OneDeviceQuery($deviceId: ID!) {
      device(deviceId: $deviceId) {
        ...DeviceRow_device
        latestReading {
          voltage
          device {
            lastSeen
          }
        }
        series(metrics: [SOC], maxPoints: 100) {
          timestamps
          metrics {
            values
          }
        }
      }
      hourlyAvg {
        rows {
          deviceId
          hour
          avgVoltage
        }
      }
    }
  `,
];
