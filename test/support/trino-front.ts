import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What stands before a Trino, and can be cut off from it. */
export interface TrinoFront {
  readonly url: string;
  /** From now on connections break off, as they do when the coordinator is gone. */
  down: boolean;
  close(): Promise<void>;
}

export async function startTrinoFront(behind: string): Promise<TrinoFront> {
  const front = { url: '', down: false };
  const server = createServer((request, response) => {
    if (front.down) return void request.socket.destroy();
    const { host: _, connection: __, 'transfer-encoding': ___, ...headers } = request.headers;
    const body = request.method === 'POST' ? (Readable.toWeb(request) as BodyInit) : null;
    fetch(new URL(request.url ?? '', behind), {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      body,
      ...(body === null ? {} : { duplex: 'half' }),
    })
      .then(async (answer) => {
        // It comes unpacked.
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        await pipeline(Readable.fromWeb(answer.body as never), response);
      })
      .catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  front.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(front, {
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
