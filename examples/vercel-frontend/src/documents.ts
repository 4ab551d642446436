import { graphql } from './gql/index.ts';

export const FleetDocument = graphql(`
  query Fleet($first: Int!) {
    dataset {
      version
    }
    overview {
      deviceCount
      totalRows
      lastTimestamp
    }
    devices(first: $first, orderBy: { field: LATEST_SOC, direction: ASC }) {
      edges {
        node {
          id
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
      id
      series(metrics: [SOC], maxPoints: $maxPoints) {
        timestamps
        metrics {
          values
        }
      }
    }
  }
`);

export const DatasetChangedDocument = graphql(`
  subscription DatasetChanged($since: ID) {
    datasetChanged(since: $since) {
      version
    }
  }
`);
