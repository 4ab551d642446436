import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import react from '@vitejs/plugin-react';
import { type Connect, defineConfig, type Plugin } from 'vite';

/** What Vercel does with the folder api/, for `npm run dev` and `npm run preview`. */
const functions: Plugin = {
  name: 'functions',
  configureServer: ({ middlewares }) => serve(middlewares),
  configurePreviewServer: ({ middlewares }) => serve(middlewares),
};

function serve(middlewares: Connect.Server): void {
  middlewares.use('/api/graphql', (incoming, outgoing) => {
    // The page is gone, or the API is not there.
    run(incoming, outgoing).catch(() =>
      outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end(),
    );
  });
}

async function run(incoming: Connect.IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { GET, POST } = await import(pathToFileURL(path.resolve('api/graphql.ts')).href);
  const url = new URL(incoming.originalUrl ?? '/', 'http://localhost');
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const { method = 'GET', headers } = incoming;
  const init = { headers: { accept: headers.accept ?? '*/*' }, signal: gone.signal };
  const answer: Response =
    method === 'POST'
      ? await POST(new Request(url, { ...init, method, body: await text(incoming) }))
      : await GET(new Request(url, init));
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
  // Piece by piece: the events of a subscription come one by one.
  await pipeline(Readable.from(answer.body ?? []), outgoing);
}

export default defineConfig({
  plugins: [react(), functions],
  build: { rollupOptions: { input: ['index.html', 'apollo.html', 'tanstack-query.html'] } },
});
