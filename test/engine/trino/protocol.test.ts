import { expect, test } from 'vitest';
import { parseResults } from '../../../src/engine/trino/protocol.ts';

const results = (data: string) => parseResults(`{"id":"q","data":${data},"stats":{"state":"FINISHED"}}`).data;

test('whole numbers that a number cannot hold stay exact, all others are numbers', () => {
  for (const space of ['', ' ', '\n  ']) {
    const text = ['9007199254740991', '9007199254740993', '-9223372036854775808', '1.5'].join(
      `${space},${space}`,
    );
    expect(results(`[[${space}${text}${space}]]`)).toEqual([
      [9007199254740991, 9007199254740993n, -9223372036854775808n, 1.5],
    ]);
  }
});

test('neither a double with many digits nor text is a whole number', () => {
  const text = '1234567890123456789';
  expect(results(`[[0.${text},${text}.5,1e30,"${text}","[${text}]",${text}]]`)).toEqual([
    [Number(`0.${text}`), Number(`${text}.5`), 1e30, text, `[${text}]`, BigInt(text)],
  ]);
});

test('types are read to their depth', () => {
  const typeSignature = {
    rawType: 'row',
    arguments: [
      {
        kind: 'NAMED_TYPE',
        value: {
          fieldName: { name: 'a' },
          typeSignature: {
            rawType: 'array',
            arguments: [
              { kind: 'TYPE', value: { rawType: 'timestamp', arguments: [{ kind: 'LONG', value: 6 }] } },
            ],
          },
        },
      },
    ],
  };
  const columns = [{ name: 'r', type: 'row(…)', typeSignature }];
  expect(parseResults(JSON.stringify({ id: 'q', columns })).columns).toEqual([{ name: 'r', typeSignature }]);
});

test.each([
  '',
  'Welcome',
  '{}',
  '[]',
  'null',
  '{"id":1}',
  '{"id":"q","nextUri":"not a URL"}',
  '{"id":"q","data":{}}',
  '{"id":"q","columns":[{"name":"a"}]}',
  '{"id":"q","error":{"message":"no name"}}',
])('what Trino does not send is refused: %s', (text) => {
  expect(() => parseResults(text)).toThrow();
});
