import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { hashSource, pagePolicy } from './content-security.ts';
import type { Routes } from './plugins/use-routes.ts';

const SWAGGER_UI = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:44rem;margin:10vh auto;padding:0 1.5rem}
h1{font-size:1.6rem;margin-bottom:.25rem}li{margin:.75rem 0}a{font-weight:600}code{font-size:.9em}`;

/** What `/` shows where the dashboard is not built, as after `npm ci --omit=dev`. */
const landing = (graphql: string, access: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Telemetry Analytics API</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Telemetry Analytics API</h1>
<p>Answers from Parquet telemetry. It only reads.${access}</p>
<p>The dashboard is not built. To have it here, run <code>npm ci</code> and <code>npm run build:dashboard</code>, then start the service again.</p>
<ul>
<li>${graphql}</li>
<li><a href="/docs">REST documentation</a>, from <a href="/openapi.json">/openapi.json</a>.</li>
<li><a href="/overview">/overview</a>, <a href="/devices">/devices</a>, <a href="/devices/latest">/devices/latest</a>, <a href="/daily-summary">/daily-summary</a>: REST, as JSON.</li>
<li>Each file in <code>queries/</code> answers at <code>/queries/</code> and its name, and as a field of GraphQL.</li>
<li><a href="/health">/health</a> and <a href="/ready">/ready</a>: for whoever watches the service.</li>
</ul>
</main>
</body>
</html>
`;

const GRAPHQL = {
  graphiql:
    '<a href="/graphql">GraphiQL</a>: ask the typed GraphQL API, with examples in its tabs. Clients send to the same address.',
  persisted:
    'Clients ask the typed GraphQL API at <code>/graphql</code>, by the ids of persisted documents only.',
  plain: 'Clients ask the typed GraphQL API at <code>/graphql</code>.',
};

const START =
  "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });";

const DOCS = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>REST: Telemetry Analytics API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script>${START}</script>
</body>
</html>
`;

const SECURED =
  ' Questions need a key or token in the header <code>Authorization: Bearer</code>; these pages do not.';

const NO_SCRIPTS = pagePolicy("'none'");
const DOCS_POLICY = pagePolicy(`'self' ${hashSource(START)}`);

export interface PagesOptions {
  openApi(): object | Promise<object>;
  /** What a browser finds at /graphql. */
  readonly graphql: keyof typeof GRAPHQL;
  /** Who asks has to say who they are. */
  readonly secured: boolean;
}

/**
 * What a person opens in a browser besides the dashboard. Everything comes from this server: it works without the internet.
 */
export function pageRoutes({ openApi, graphql, secured }: PagesOptions): Routes {
  return {
    '/': () => html(landing(GRAPHQL[graphql], secured ? SECURED : ''), NO_SCRIPTS),
    '/docs': () => html(DOCS, DOCS_POLICY),
    '/docs/swagger-ui.css': asset('swagger-ui.css', 'text/css'),
    '/docs/swagger-ui-bundle.js': asset('swagger-ui-bundle.js', 'text/javascript'),
    '/openapi.json': async () => Response.json(await openApi()),
  };
}

function html(body: string, policy: string): Response {
  return new Response(body, {
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
  });
}

function asset(file: string, type: string): () => Response {
  let body: Uint8Array<ArrayBuffer> | undefined;
  return () => {
    body ??= new Uint8Array(readFileSync(path.join(SWAGGER_UI, file)));
    return new Response(body, {
      headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'public, max-age=3600' },
    });
  };
}
