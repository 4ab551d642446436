import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** The port of the server, which closes with all its connections when the test ends. */
export async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A connection over which these very bytes are sent. */
export function sending(port: number, bytes: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  onTestFinished(() => void socket.destroy());
  return socket;
}

export interface RawAnswer {
  readonly status: number;
  /** In small letters. */
  readonly head: string;
  /** As it is sent, in chunks or not. */
  readonly body: string;
  readonly json: unknown;
}

/** All that comes back until the server closes the connection. */
export async function answerOn(socket: Socket): Promise<RawAnswer> {
  const [head = '', ...rest] = (await text(socket)).split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  return {
    status: Number(head.split(' ')[1]),
    head: head.toLowerCase(),
    body,
    get json() {
      return JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1));
    },
  };
}
