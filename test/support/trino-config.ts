import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { S3Store } from './s3-server.ts';
import { writeAccounts } from './trino-accounts.ts';

/** Of the sixty plug-ins, which take most of a start. */
const PLUGINS = ['hive', 'iceberg', 'delta-lake', 'password-authenticators'];

/** An S3 server as the cluster reaches it. */
export type S3Target = Pick<S3Store, 'endpoint' | 'region' | 'credentials'>;

export interface TrinoConfig {
  /** Settings for the `config.properties` of every node. */
  readonly settings: readonly string[];
  /** What signs tokens (PEM, RS256). */
  readonly tokenKey: string;
}

/** Writes what the nodes of a cluster share: catalogs, their metastores, accounts, plug-ins. @param directory empty */
export async function writeTrinoConfig(
  directory: string,
  { program, s3 }: { readonly program: string; readonly s3: S3Target },
): Promise<TrinoConfig> {
  for (const folder of ['etc/catalog', 'lake/meta', 'flat/meta', 'ice/meta', 'delta/meta', 'plugin']) {
    await mkdir(path.join(directory, folder), { recursive: true });
  }
  const { settings, tokenKey } = await writeAccounts(path.join(directory, 'etc'));
  const inS3 = (catalog: string) => [
    'hive.metastore.catalog.dir=local:///meta',
    'fs.native-local.enabled=true',
    `local.location=${directory}/${catalog}`,
    'fs.native-s3.enabled=true',
    `s3.endpoint=${s3.endpoint}`,
    `s3.region=${s3.region}`,
    's3.path-style-access=true',
    `s3.aws-access-key=${s3.credentials.accessKeyId}`,
    `s3.aws-secret-key=${s3.credentials.secretAccessKey}`,
  ];
  const hive = (catalog: string) => [
    'connector.name=hive',
    'hive.metastore=file',
    'hive.storage-format=PARQUET',
    ...inS3(catalog),
  ];
  const files: Readonly<Record<string, readonly string[]>> = {
    'log.properties': ['io.trino=WARN'],
    'catalog/lake.properties': [
      ...hive('lake'),
      'hive.timestamp-precision=MICROSECONDS',
      // Else what lies in folders below is not read.
      'hive.recursive-directories=true',
    ],
    // Both as they are by default.
    'catalog/flat.properties': hive('flat'),
    'catalog/ice.properties': [
      'connector.name=iceberg',
      'iceberg.catalog.type=TESTING_FILE_METASTORE',
      ...inS3('ice'),
    ],
    'catalog/delta.properties': [
      'connector.name=delta_lake',
      'hive.metastore=file',
      'delta.register-table-procedure.enabled=true',
      // Files of versions past may go at once.
      'delta.vacuum.min-retention=0s',
      ...inS3('delta'),
    ],
  };
  for (const plugin of PLUGINS) {
    await symlink(path.join(program, 'plugin', plugin), path.join(directory, 'plugin', plugin));
  }
  for (const [name, lines] of Object.entries(files)) {
    await writeFile(path.join(directory, 'etc', name), `${lines.join('\n')}\n`);
  }
  return { settings, tokenKey };
}
