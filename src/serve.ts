import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { ConfigError } from './errors.ts';
import { metricsServer } from './http/metrics.ts';
import type { Logger } from './log.ts';
import { showProgress } from './progress-bar.ts';

export interface RunningServer {
  readonly url: string;
  /**
   * Takes nothing new, lets what runs finish for ten seconds, then cuts it off.
   * @returns whether something hangs that keeps the process from ending: see `App.hangs`
   */
  close(reason: string): Promise<{ readonly hangs: boolean }>;
}

const DRAIN_MS = 10_000;

/** Opens the port and answers. @throws ConfigError when the port or a setting cannot be used. */
export async function serve(config: Config, log: Logger): Promise<RunningServer> {
  const app = await createApp(config, { log });
  const server = createServer(app.handler);
  const { port: metricsPort, token } = config.metrics;
  const metrics = app.metrics && metricsPort !== undefined ? metricsServer(app.metrics, token) : undefined;
  try {
    await listen(server, config, 'HOST, PORT');
    await (metrics && listen(metrics, { host: config.host, port: metricsPort ?? 0 }, 'HOST, METRICS_PORT'));
  } catch (error) {
    server.close();
    await app.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  if (metrics !== undefined)
    log.info(`Metrics are at /metrics of port ${(metrics.address() as AddressInfo).port}`);
  const hideProgress = showProgress(app.progress);
  const openly = config.explorer ? 'GraphiQL' : 'GraphQL';
  const graphql = config.persistedOnly ? 'GraphQL, for persisted documents only,' : openly;
  log.info(`${graphql} is at ${url}/graphql, REST documentation at ${url}/docs`);

  return {
    url,
    close: async (reason) => {
      hideProgress();
      log.info(`${reason}: finishing what runs, taking nothing new`);
      app.beginStop();
      // Who has a connection keeps asking on it, and would keep the server from ending.
      server.prependListener('request', (_request, response) => {
        response.shouldKeepAlive = false;
      });
      const drained = new Promise((resolve) => server.close(resolve));
      const cutOff = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      server.closeIdleConnections();
      await drained;
      clearTimeout(cutOff);
      metrics?.close();
      metrics?.closeAllConnections();
      await app.close();
      return { hangs: app.hangs() };
    },
  };
}

function listen(
  server: Server,
  { host, port }: Pick<Config, 'host' | 'port'>,
  settings: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason: Record<string, string> = {
        EADDRINUSE: `expected a free port, but ${port} is in use`,
        EACCES: `expected a port that this user may open, but got: ${port}`,
        EADDRNOTAVAIL: `expected an address of this machine, but got: ${host}`,
        ENOTFOUND: `expected an address of this machine, but got: ${host}`,
      };
      const known = reason[error.code ?? ''];
      reject(known === undefined ? error : new ConfigError([`${settings}: ${known}`]));
    });
    server.listen(port, host, resolve);
  });
}
