import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core';
import { chromium } from './chromium.ts';

/** A question that a page has asked of GraphQL. */
export interface AskedQuestion {
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A person at a browser of their own: what the page asks, and whatever it complains of. */
export interface Visitor {
  readonly page: Page;
  /** Since `takeQuestions` was called last. */
  takeQuestions(): AskedQuestion[];
  /** Errors in the console, uncaught ones, and violations of the policy. Tests expect none, or just what they provoked. */
  readonly complaints: string[];
  /** What axe finds, as `rule: element`. */
  barriers(): Promise<string[]>;
  leave(): Promise<void>;
}

export async function startBrowser(): Promise<Browser> {
  const executablePath = await chromium();
  if (executablePath === undefined) throw new Error('expected Chromium in PATH, but there is none');
  // In containers there are neither user namespaces for the sandbox nor much of /dev/shm.
  return playwright.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** In the page, before any of its scripts. */
const WATCH_POLICY = `
  window.policyViolations = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    window.policyViolations.push(event.violatedDirective + ': ' + event.blockedURI);
  });
`;

export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  await context.addInitScript(WATCH_POLICY);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  let questions: AskedQuestion[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.method() !== 'POST' || !request.url().endsWith('/graphql')) return;
    const body = JSON.parse(request.postData() ?? '{}');
    questions.push({
      operation: /^\s*(?:query|subscription) (\w+)/.exec(body.query ?? '')?.[1] ?? '',
      variables: body.variables ?? {},
      headers: request.headers(),
      body,
    });
  });
  return {
    page,
    complaints,
    takeQuestions: () => {
      const taken = questions;
      questions = [];
      return taken;
    },
    barriers: async () => {
      if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(AXE);
      return page.evaluate(
        `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
          violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ': ' + target.join(' ') + ' ' + failureSummary)))`,
      );
    },
    leave: async () => {
      complaints.push(...(await page.evaluate<string[]>('window.policyViolations ?? []').catch(() => [])));
      await context.close();
    },
  };
}
