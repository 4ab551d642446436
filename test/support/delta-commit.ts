/** Types of Delta for the time: without a zone, or an instant, which Trino reads to the millisecond. */
export type DeltaTime = 'timestamp_ntz' | 'timestamp';

export interface DeltaFile {
  readonly key: string;
  readonly size: number;
  /** As a writer has put them into the log, JSON within JSON. */
  readonly stats?: object;
}

/**
 * The first commit of a Delta table that consists of files which are there already, as a conversion makes it. Where all of them
 * lie in folders like `device_id=a/`, it is partitioned by these.
 */
export function deltaCommit(files: readonly DeltaFile[], time: DeltaTime): string {
  const folders = files.map(({ key }) => foldersOf(key));
  const names = Object.keys(folders[0] ?? {});
  const isPartitioned = folders.every((of) => Object.keys(of).join() === names.join());
  const partitionColumns = isPartitioned ? names : [];
  const types = {
    device_id: 'string',
    timestamp: time,
    voltage: 'double',
    temperature: 'double',
    soc: 'double',
    ...Object.fromEntries(partitionColumns.map((name) => [name, 'string'])),
  };
  const fields = Object.entries(types).map(([name, type]) => ({ name, type, nullable: true, metadata: {} }));
  const features = time === 'timestamp_ntz' ? ['timestampNtz'] : [];
  const actions = [
    {
      protocol: {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: features,
        writerFeatures: features,
      },
    },
    {
      metaData: {
        id: crypto.randomUUID(),
        format: { provider: 'parquet', options: {} },
        schemaString: JSON.stringify({ type: 'struct', fields }),
        partitionColumns,
        configuration: {},
        createdTime: 0,
      },
    },
    ...files.map(({ key, size, stats }, place) => ({
      add: {
        path: key.split('/').map(encodeURIComponent).join('/'),
        partitionValues: isPartitioned ? folders[place] : {},
        size,
        modificationTime: 0,
        dataChange: true,
        ...(stats && { stats: JSON.stringify(stats) }),
      },
    })),
  ];
  return `${actions.map((action) => JSON.stringify(action)).join('\n')}\n`;
}

function foldersOf(key: string): Record<string, string> {
  const folders = key.split('/').slice(0, -1);
  return Object.fromEntries(
    folders.map((folder) => {
      const [name = '', value = ''] = folder.split(/=(.*)/s);
      return [name, decodeURIComponent(value)];
    }),
  );
}
