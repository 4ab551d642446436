import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type App, createApp, type Overrides } from '../../src/app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/log.ts';
import type { TypedDocumentString } from '../generated/graphql.ts';

interface GraphQLErrorJson {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string } & Record<string, unknown>;
}

interface GraphQLAnswer<Data> {
  readonly status: number;
  readonly data: Data;
  readonly errors: readonly GraphQLErrorJson[] | undefined;
}

export interface TestApp extends App {
  /** Names of the statements that ran since the last `takeStatements`. */
  takeStatements(): string[];
  get(path: string, init?: RequestInit): Promise<Response>;
  /** An answer without errors, or the test fails. */
  ask<Data, Variables = unknown>(
    document: TypedDocumentString<Data, Variables> | string,
    variables?: Variables,
  ): Promise<Data>;
  post<Data = unknown>(query: string, variables?: unknown): Promise<GraphQLAnswer<Data>>;
}

/** The app as `npm start` makes it, in this process, behind its real handler. */
export async function startApp(
  environment: Readonly<Record<string, string>>,
  overrides: Overrides = {},
): Promise<TestApp> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'telemetry-app-'));
  let statements: string[] = [];
  const app = await createApp(
    loadConfig({ STATE_DIR: scratch, ENGINE_MEMORY_LIMIT: '1GiB', ...environment }),
    {
      log: createLogger('silent'),
      onStatement: ({ name }) => statements.push(name),
      ...overrides,
    },
  );
  const get = async (url: string, init?: RequestInit) =>
    app.handler.fetch(`http://localhost${url}`, init ?? {});
  const post = async <Data>(query: string, variables?: unknown): Promise<GraphQLAnswer<Data>> => {
    const response = await get('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as Omit<GraphQLAnswer<Data>, 'status'>) };
  };
  return {
    ...app,
    get,
    post,
    ask: async <Data>(document: { toString(): string }, variables?: unknown) => {
      const { data, errors, status } = await post<Data>(document.toString(), variables);
      if (errors !== undefined || status !== 200) throw new Error(`${status} ${JSON.stringify(errors)}`);
      return data;
    },
    takeStatements: () => {
      const taken = statements;
      statements = [];
      return taken;
    },
    close: async () => {
      await app.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
