import { graphql } from './gql/index.ts';

export const FleetDocument = graphql(`
  query Fleet($first: Int!) {
    overview {
      deviceCount
      totalRows
      lastTimestamp
    }
    devices(first: $first, orderBy: { field: LATEST_SOC, direction: ASC }) {
      edges {
        node {
          deviceId
          latestReading {
            timestamp
            voltage
            temperature
            soc
          }
        }
      }
    }
  }
`);

export const ChartDocument = graphql(`
  query Chart($deviceId: ID!, $maxPoints: Int!) {
    device(deviceId: $deviceId) {
      series(metrics: [SOC], maxPoints: $maxPoints) {
        timestamps
        metrics {
          values
        }
      }
    }
  }
`);
