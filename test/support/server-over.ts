import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type DatasetName, datasets } from './datasets.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { scratchFolder } from './temporary-folder.ts';

export interface ServerOver extends ServerProcess {
  close(): Promise<void>;
}

/** The server process over one data set, once it answers, for clients that speak HTTP. */
export async function serverOver(
  name: DatasetName,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerOver> {
  const scratch = await scratchFolder();
  const [data, state] = [path.join(scratch, 'data'), path.join(scratch, 'state')];
  await datasets[name](data);
  const server = await startServerProcess({ DATA_DIR: data, STATE_DIR: state, ...environment });
  const close = async () => {
    server.kill('SIGTERM');
    await server.exit;
    await rm(scratch, { recursive: true, force: true });
  };
  // This waits for the rollups; `/ready` would tell how far they are.
  const answer = await fetch(`${server.url}/overview`);
  if (answer.ok) return { ...server, close };
  await close();
  throw new Error(`expected a server that answers, but got: ${await answer.text()}`);
}
