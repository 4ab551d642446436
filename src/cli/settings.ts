import { type Config, loadConfig } from '../config/config.ts';

/**
 * What the service would run with, for a command that opens no port: who may ask it over a network is of no matter here.
 * @throws ConfigError
 */
export function offlineConfig(settings: Readonly<Record<string, string | undefined>>): Config {
  const config = loadConfig({ ...settings, HOST: '127.0.0.1' });
  return { ...config, metrics: { token: undefined, port: undefined }, tracing: undefined };
}
