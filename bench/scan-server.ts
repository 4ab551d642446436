import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

process.env['UV_THREADPOOL_SIZE'] ??= '72';
const { createApp } = await import('../src/app.ts');
const { loadConfig } = await import('../src/config/config.ts');

/** `/NAME` runs that named query over the objects, as the original service does in every request. */
const app = await createApp(loadConfig(process.env));
// It makes rollups too, which would take a part of the machine from what is measured.
await app.refresh();
const server = createServer(async (request, response) => {
  try {
    const rows = await app.executeQuery(request.url?.slice(1) ?? '');
    response.setHeader('content-type', 'application/json').end(JSON.stringify(rows));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('SIGTERM', async () => {
  server.closeAllConnections();
  await app.close();
  process.exit();
});
process.once('disconnect', () => process.exit());
