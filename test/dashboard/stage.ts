import type { Browser, BrowserContextOptions, Locator, Request } from 'playwright-core';
import { expect } from 'vitest';
import * as generated from '../../dashboard/generated/graphql.ts';
import { serveOver } from '../support/dashboard-fleet.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Visitor, visit } from '../support/visitor.ts';

/** What the browser tests share: one browser, and one service over a fleet. */
export interface Stage {
  readonly browser: Browser;
  readonly url: string;
}

/** What the page may complain of, because the test has provoked it. */
interface Provoked {
  readonly provoked?: RegExp;
}

/**
 * Opens a page as a new visitor, and looks at the end for complaints: errors in the console, uncaught ones, and violations
 * of the policy; and whether the page has asked for anything but generated documents.
 */
export async function visiting(
  { browser, url }: Stage,
  path: string,
  act: (visitor: Visitor) => Promise<void>,
  { provoked, ...options }: BrowserContextOptions & Provoked = {},
): Promise<void> {
  const visitor = await visit(browser, options);
  const stray: string[] = [];
  visitor.page.on('request', (request) => {
    if (isStray(request)) stray.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`);
  });
  try {
    await visitor.page.goto(url + path);
    await act(visitor);
  } finally {
    await visitor.leave();
  }
  expect(visitor.complaints.filter((complaint) => provoked?.test(complaint) !== true)).toEqual([]);
  expect(stray.join('\n'), 'no question but those that types were generated for').toBe('');
}

/** The texts of the documents whose types are generated, and the ids by which they are asked for where no texts are taken. */
const GENERATED = new Set(
  Object.values(generated).flatMap((document) =>
    document instanceof generated.TypedDocumentString && document.__meta__?.['hash'] !== undefined
      ? [document.toString(), document.__meta__['hash']]
      : [],
  ),
);
const DASHBOARD = /^\/($|dashboard)/;
const ASKED_BY_SCRIPTS = new Set(['fetch', 'xhr', 'eventsource', 'websocket']);
/** Of all rows, for those that a link cannot fetch since it shows no key. */
const FILE = /\.(csv|parquet)$/;

/** Whether a script of the dashboard asks for something that no type was generated for. */
function isStray(request: Request): boolean {
  const isOfDashboard = DASHBOARD.test(new URL(request.frame().url()).pathname);
  if (!isOfDashboard || !ASKED_BY_SCRIPTS.has(request.resourceType())) return false;
  const { pathname } = new URL(request.url());
  if (FILE.test(pathname)) return false;
  if (pathname !== '/graphql' || request.method() !== 'POST') return true;
  const { query, documentId } = request.postDataJSON() ?? {};
  return !GENERATED.has(query ?? documentId);
}

/** What the service answers to the same question, beside the page. */
export async function answerOf<Data>({ url }: Stage, query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** The parameters of the address that the page shows. */
export function searchOf({ page }: Visitor): Record<string, string> {
  const { tz, ...others } = Object.fromEntries(new URL(page.url()).searchParams);
  if (tz === undefined) throw new Error(`expected an address with its zone, but got: ${page.url()}`);
  return tz === 'UTC' ? others : { tz, ...others };
}

/** Whether the keyboard is there. */
export const hasFocus = (place: Locator): Promise<boolean> =>
  place.evaluate(
    (element: { ownerDocument: { activeElement: unknown } }) =>
      element === element.ownerDocument.activeElement,
  );

/** Runs services in other states, each for one test. @param fleet the folder of the fleet's objects */
export function ownService(stage: () => Stage, fleet: () => string) {
  return async (
    environment: Readonly<Record<string, string>>,
    act: (own: Stage) => Promise<void>,
    data = fleet(),
  ): Promise<void> => {
    const state = await temporaryFolder();
    const server = await serveOver(data, { STATE_DIR: state, ...environment });
    try {
      await act({ browser: stage().browser, url: server.url });
    } finally {
      await server.close('test');
    }
  };
}
