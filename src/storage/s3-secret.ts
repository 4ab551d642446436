import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../config/config.ts';
import type { EngineAdmin } from '../engine/engine.ts';
import { sqlString } from '../engine/sql-string.ts';
import { StorageUnavailableError } from '../errors.ts';
import { throwIfAborted } from './aborted.ts';
import { resolveBucketRegion } from './s3-client.ts';
import type { StorageOptions } from './storage.ts';

interface Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/**
 * Keeps DuckDB's secret the same as the SDK's credentials. The SDK renews those some minutes before they expire, so a
 * look before each statement is early enough.
 */
export class S3Secret {
  readonly #client: S3Client;
  readonly #location: S3Location;
  readonly #admin: EngineAdmin;
  #region: string | undefined;
  /** The identity that DuckDB holds, once `#pending` is settled. */
  #current: string | undefined;
  #pending: Promise<void> = Promise.resolve();

  constructor(client: S3Client, location: S3Location, admin: EngineAdmin) {
    this.#client = client;
    this.#location = location;
    this.#admin = admin;
  }

  /** Resolves when DuckDB holds the credentials that the SDK would sign with now. Errors are the SDK's own. */
  refresh(options: StorageOptions = {}): Promise<void> {
    const turn = this.#pending.then(() => this.#replaceIfChanged(options));
    this.#pending = turn.catch(() => {});
    return turn;
  }

  async #replaceIfChanged(options: StorageOptions): Promise<void> {
    throwIfAborted(options.signal);
    const identity = await this.#client.config.credentials();
    const key = JSON.stringify([identity.accessKeyId, identity.secretAccessKey, identity.sessionToken]);
    if (key === this.#current) return;
    this.#region ??= await resolveBucketRegion(this.#client, this.#location, options);
    try {
      await this.#admin.execute(createSecret(this.#location, this.#region, identity));
    } catch (error) {
      // DuckDB's message and the engine's cause may repeat the statement, and with it the secret: only its kind is kept.
      const kind =
        error instanceof Error
          ? (/^[A-Z][A-Za-z ]* Error(?=:)/.exec(error.message)?.[0] ?? error.name)
          : 'error';
      throw new StorageUnavailableError(`DuckDB did not accept the credentials for S3 (${kind})`);
    }
    this.#current = key;
  }
}

function createSecret({ bucket, prefix, endpoint }: S3Location, region: string, identity: Identity): string {
  const url = endpoint === undefined ? undefined : new URL(endpoint);
  const settings: Readonly<Record<string, string | boolean | undefined>> = {
    KEY_ID: identity.accessKeyId,
    SECRET: identity.secretAccessKey,
    SESSION_TOKEN: identity.sessionToken,
    REGION: region,
    ENDPOINT: url && `${url.host}${url.pathname.replace(/\/$/, '')}`,
    // A wildcard certificate covers no bucket name with dots.
    URL_STYLE: url || bucket.includes('.') ? 'path' : 'vhost',
    USE_SSL: url?.protocol !== 'http:',
    SCOPE: `s3://${bucket}/${prefix}`,
  };
  const pairs = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? sqlString(value) : value}`);
  return `CREATE OR REPLACE SECRET telemetry_objects (TYPE s3, PROVIDER config, ${pairs.join(', ')})`;
}
