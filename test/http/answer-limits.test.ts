import { expect, test } from 'vitest';
import { AnswerTooLargeError } from '../../src/errors.ts';
import { boundedText } from '../../src/http/answer-size.ts';
import { appOver } from '../support/app-over.ts';

const DAYS = '{ dailySummaries { deviceId date } }';

async function withLimits(environment: Readonly<Record<string, string>>) {
  const app = await appOver('plain', {}, environment);
  await app.refresh();
  return app;
}

test('rows: refused before they are made, in GraphQL and REST alike, and exports are not', async () => {
  const app = await withLimits({ ANSWER_MAX_ROWS: '3', QUERY_MAX_ROWS: '2' });
  try {
    const { status, errors } = await app.post(DAYS);
    expect(status).toBe(400);
    const excess = { code: 'ANSWER_TOO_LARGE', limit: 'answerRows', asked: expect.any(Number), allowed: 3 };
    expect(errors?.[0]?.extensions).toEqual(excess);
    const asked = Number(errors?.[0]?.extensions['asked']);
    expect(asked).toBeGreaterThan(3);
    const rest = await app.get('/daily-summary');
    expect([rest.status, await rest.json()]).toEqual([400, expect.objectContaining({ ...excess, asked })]);
    expect((await app.get('/readings.csv')).status).toBe(200);
    expect((await (await app.get('/readings.csv')).text()).split('\r\n').length).toBeGreaterThan(5);
    await app.ask('{ overview { totalRows } }');
  } finally {
    await app.close();
  }
});

test('bytes: refused in GraphQL, whatever it is sent as, and REST, and exports are not', async () => {
  const app = await withLimits({ ANSWER_MAX_BYTES: '1024' });
  try {
    const excess = {
      code: 'ANSWER_TOO_LARGE',
      limit: 'answerBytes',
      asked: expect.any(Number),
      allowed: 1024,
    };
    const wide = DAYS.replace(
      'date',
      'date avgVoltage minVoltage maxVoltage readingCount avgSoc minSoc maxSoc',
    );
    const { status, errors, ...others } = await app.post(wide);
    expect([status, others]).toEqual([400, {}]);
    expect(errors?.[0]?.extensions).toEqual(excess);
    expect(errors?.[0]?.extensions['asked']).toBeGreaterThan(1024);

    const events = await app.get(`/graphql?query=${encodeURIComponent(wide)}`, {
      headers: { accept: 'text/event-stream' },
    });
    expect(events.headers.get('content-type')).toContain('text/event-stream');
    expect(await events.text()).toMatch(/ANSWER_TOO_LARGE.*\n\nevent: complete/s);

    const rest = await app.get('/daily-summary');
    expect([rest.status, await rest.json()]).toEqual([400, expect.objectContaining(excess)]);
    const exported = await app.get('/daily-summary.csv');
    expect(exported.status).toBe(200);
    expect((await exported.text()).length).toBeGreaterThan(1024);

    // What fits is answered, to the byte.
    const alias = 'a'.repeat(1024 - JSON.stringify({ data: { '': 'Query' } }).length);
    const fits = await app.get('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ ${alias}: __typename }` }),
    });
    expect([fits.status, (await fits.text()).length]).toEqual([200, 1024]);
    expect((await app.post(`{ a${alias}: __typename }`)).errors?.[0]?.extensions).toEqual({
      ...excess,
      asked: 1025,
    });
  } finally {
    await app.close();
  }
});

test('bytes are counted, not characters', () => {
  expect(boundedText('ü'.repeat(10), 22)).toBe(`"${'ü'.repeat(10)}"`);
  expect(() => boundedText('ü'.repeat(10), 21)).toThrow(AnswerTooLargeError);
  expect(boundedText('u'.repeat(10), 12)).toBe('"uuuuuuuuuu"');
  expect(() => boundedText('u'.repeat(10), 11)).toThrow(AnswerTooLargeError);
  // More than a text can hold.
  const long = 'u'.repeat(2 ** 28);
  expect(() => boundedText([long, long, long], 2 ** 29)).toThrow(AnswerTooLargeError);
});

test('statements: an operation with too many is refused, and its statements stop', async () => {
  const app = await withLimits({ OPERATION_MAX_STATEMENTS: '3' });
  try {
    const days = (count: number) =>
      `{ ${Array.from({ length: count }, (_, day) => `d${day}: dailySummaries(from: "2020-01-0${day + 1}") { date }`).join(' ')} }`;
    await app.ask(days(3));
    app.takeStatements();
    const { status, errors } = await app.post(days(4));
    expect(status).toBe(400);
    expect(errors?.[0]?.extensions).toEqual({
      code: 'TOO_MANY_STATEMENTS',
      limit: 'operationStatements',
      asked: 4,
      allowed: 3,
    });
    // The next operation begins from nothing.
    await app.ask(days(3));
  } finally {
    await app.close();
  }
});

test('the body: a longer one is refused, its length told or not', async () => {
  const app = await withLimits({ BODY_MAX_BYTES: '2000' });
  try {
    const body = JSON.stringify({ query: `{ __typename } #${'x'.repeat(3_000)}` });
    const headers = { 'content-type': 'application/json' };
    const told = await app.get('/graphql', {
      method: 'POST',
      body,
      headers: { ...headers, 'content-length': String(body.length) },
    });
    expect(told.status).toBe(413);
    expect(await told.json()).toMatchObject({
      errors: [
        {
          extensions: {
            code: 'BODY_TOO_LARGE',
            limit: 'requestBodyBytes',
            asked: body.length,
            allowed: 2000,
          },
        },
      ],
    });
    const stream = new Blob([body]).stream();
    const init = { method: 'POST', headers, body: stream, duplex: 'half' } as RequestInit;
    const untold = await app.get('/graphql', init);
    expect(untold.status).toBe(413);
    expect(await untold.json()).toMatchObject({
      errors: [{ extensions: { code: 'BODY_TOO_LARGE', asked: 2001, allowed: 2000 } }],
    });
  } finally {
    await app.close();
  }
});
