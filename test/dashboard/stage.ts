import type { Browser, BrowserContextOptions, Locator } from 'playwright-core';
import { expect } from 'vitest';
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
 * of the policy.
 */
export async function visiting(
  { browser, url }: Stage,
  path: string,
  act: (visitor: Visitor) => Promise<void>,
  { provoked, ...options }: BrowserContextOptions & Provoked = {},
): Promise<void> {
  const visitor = await visit(browser, options);
  try {
    await visitor.page.goto(url + path);
    await act(visitor);
  } finally {
    await visitor.leave();
  }
  expect(visitor.complaints.filter((complaint) => provoked?.test(complaint) !== true)).toEqual([]);
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
