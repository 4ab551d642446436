import { defineConfig } from 'vite';

/** Where `npm run dev:dashboard` finds the service. */
const SERVICE = 'http://127.0.0.1:8000';
const ANSWERED_THERE = ['/graphql', '/openapi.json', '/queries', '/readings', '/series', '/docs', '/health'];

export default defineConfig({
  root: import.meta.dirname,
  base: '/dashboard/',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Nothing may stand in the page itself: its policy lets no inline script or style through.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What the licences of the bundled packages ask for.
    license: { fileName: 'licences.md' },
    reportCompressedSize: false,
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { proxy: Object.fromEntries(ANSWERED_THERE.map((path) => [path, SERVICE])) },
  logLevel: 'warn',
});
