/** What the page was told of the service that gave it out; see `DashboardFacts` in `src/http/dashboard.ts`. */
export interface Service {
  readonly graphql: 'graphiql' | 'persisted' | 'plain';
  readonly secured: boolean;
  readonly version: string;
  /** How often those who listen hear a sign of life; null: nobody is let listen. */
  readonly heartbeatSeconds: number | null;
}

const OPEN: Service = { graphql: 'plain', secured: false, version: '', heartbeatSeconds: 12 };

/** Read once. A page of the development server is told nothing, and takes the service for an open one. */
export const service: Service = {
  ...OPEN,
  ...JSON.parse(document.querySelector('meta[name="telemetry-service"]')?.getAttribute('content') || '{}'),
};
