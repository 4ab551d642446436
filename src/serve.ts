import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createApp, type Overrides } from './app.ts';
import type { Config } from './config/config.ts';
import { ConfigError } from './errors.ts';
import { boundedServer } from './http/bounded-server.ts';
import { metricsServer } from './http/metrics.ts';
import { cutOffStalledClients } from './http/stalled-clients.ts';
import type { Logger } from './log.ts';
import { showProgress } from './progress-bar.ts';

export interface RunningServer {
  readonly url: string;
  /**
   * Not ready any more, it goes on for `shutdownDelayMs`, so that whoever sends requests here notices. Then takes nothing
   * new, lets what runs finish for some seconds, and cuts off what is left.
   * @returns whether something hangs that keeps the process from ending: see `App.hangs`
   */
  close(reason: string): Promise<{ readonly hangs: boolean }>;
}

/** What is cut off then still has to end, within ten seconds in all. */
const DRAIN_MS = 8_000;
/** Less than anybody waits for, and much less than connections are kept (5 s). */
const SWEEP_MS = 50;

/** Opens the port and answers. @throws ConfigError when the port or a setting cannot be used. */
export async function serve(
  config: Config,
  log: Logger,
  overrides: Omit<Overrides, 'log'> = {},
): Promise<RunningServer> {
  const app = await createApp(config, { ...overrides, log });
  const { requestMs, traffic } = config.limits;
  const server = boundedServer(app.listener, { connections: traffic.connections, requestMs }, log);
  const { responseStallMs: stallMs, responseTimeoutMs: timeoutMs } = config;
  cutOffStalledClients(server, { stallMs, timeoutMs }, log);
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
      app.beginStop();
      if (config.shutdownDelayMs > 0) {
        log.info(`${reason}: not ready any more, answering for ${config.shutdownDelayMs / 1000} s yet`);
        await delay(config.shutdownDelayMs);
      }
      log.info(`${reason}: finishing what runs, taking nothing new`);
      // Who has a connection keeps asking on it, and would keep the server from ending.
      server.prependListener('request', (_request, response) => {
        response.shouldKeepAlive = false;
      });
      app.endSubscriptions();
      const drained = new Promise((resolve) => server.close(resolve));
      const cutOff = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      // Connections whose answer began before that are kept when it is over.
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      await drained;
      clearTimeout(cutOff);
      clearInterval(sweep);
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
