import { type OperationDefinitionNode, parse } from 'graphql';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { graphiqlTabs } from '../../src/http/graphiql/tabs.ts';
import { generateSample, lastMidnight } from '../../src/sample/generate-sample.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { listening } from '../support/event-stream.ts';
import { ownQueries, ownSchema } from '../support/own-queries.ts';
import { scratchFolder } from '../support/temporary-folder.ts';

const now = new Date();
const tabs = graphiqlTabs(await ownQueries(), now);
const operations = tabs.flatMap(({ query, variables }) =>
  parse(query)
    .definitions.filter((definition) => definition.kind === 'OperationDefinition')
    .map((operation) => ({
      query,
      operation,
      name: nameOf(operation),
      variables: JSON.parse(variables ?? '{}'),
    })),
);

function nameOf({ operation, name, selectionSet }: OperationDefinitionNode): string {
  const [first] = selectionSet.selections;
  return `${operation} ${name?.value ?? (first?.kind === 'Field' ? first.name.value : '')}`;
}

let app: TestApp;
beforeAll(async () => {
  const directory = await scratchFolder();
  await generateSample({ directory, seed: 1, devices: 8, days: 15, end: lastMidnight(now) });
  app = await startApp({ DATA_DIR: directory });
  await app.refresh();
});
afterAll(() => app.close());

test('each field of the schema that one can ask for is in a tab', async () => {
  const schema = await ownSchema();
  const asked = operations.flatMap(({ operation }) =>
    operation.selectionSet.selections.flatMap((field) =>
      field.kind === 'Field' ? `${operation.operation} ${field.name.value}` : [],
    ),
  );
  const fields = [
    ...Object.keys(schema.getQueryType()?.getFields() ?? {}).map((name) => `query ${name}`),
    ...Object.keys(schema.getSubscriptionType()?.getFields() ?? {}).map((name) => `subscription ${name}`),
  ];
  expect(fields.filter((field) => !asked.includes(field))).toEqual([]);
});

/** Whether there is a value anywhere in it. */
const hasValue = (data: unknown): boolean =>
  typeof data === 'object' && data !== null ? Object.values(data).some(hasValue) : data !== null;

const asks = operations.filter(({ operation }) => operation.operation === 'query');
test.each(asks.map((ask) => [ask.name, ask] as const))('%s answers', async (_, { query, variables }) => {
  const { status, errors, data } = await app.post<Record<string, unknown>>(query, variables);
  expect([status, errors]).toEqual([200, undefined]);
  for (const [field, answer] of Object.entries(data)) expect(hasValue(answer), field).toBe(true);
});

test('the periods of the comparison have readings, and the node is a device', async () => {
  const find = (name: string) => operations.find((one) => one.name === `query ${name}`);
  const [compare, node] = [find('ComparePeriods'), find('NodeById')];
  const { data } = await app.post<{ compare: { deviceCount: number; devices: { change: unknown }[] } }>(
    compare?.query ?? '',
    compare?.variables,
  );
  expect(data.compare.deviceCount).toBe(8);
  expect(data.compare.devices.every(({ change }) => hasValue(change))).toBe(true);
  expect((await app.post(node?.query ?? '', node?.variables)).data).toMatchObject({
    node: { __typename: 'Device', deviceId: 'pack-001' },
  });
});

const subscriptions = operations.filter(({ operation }) => operation.operation === 'subscription');
test.each(subscriptions.map((one) => [one.name, one] as const))(
  '%s sends its first event',
  async (_, { query, operation }) => {
    const { url } = await listening(app);
    const gone = new AbortController();
    onTestFinished(() => gone.abort());
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query, operationName: operation.name?.value }),
      signal: gone.signal,
    });
    let sent = '';
    for await (const chunk of response.body ?? []) {
      sent += new TextDecoder().decode(chunk);
      if (/^data: .*$/m.test(sent) && sent.includes('\n\n', sent.indexOf('data: '))) break;
    }
    const answer = JSON.parse(/^data: (.*)$/m.exec(sent)?.[1] ?? '{}');
    expect(answer.errors).toBeUndefined();
    expect(hasValue(answer.data)).toBe(true);
  },
);
