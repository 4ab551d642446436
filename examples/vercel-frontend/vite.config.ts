import path from 'node:path';
import { text } from 'node:stream/consumers';
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
  middlewares.use('/api/graphql', async (incoming, outgoing) => {
    const { GET, POST } = await import(pathToFileURL(path.resolve('api/graphql.ts')).href);
    const url = new URL(incoming.originalUrl ?? '/', 'http://localhost');
    const answer: Response =
      incoming.method === 'POST'
        ? await POST(new Request(url, { method: 'POST', body: await text(incoming) }))
        : await GET(new Request(url));
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
}

export default defineConfig({
  plugins: [react(), functions],
  build: { rollupOptions: { input: ['index.html', 'apollo.html', 'tanstack-query.html'] } },
});
