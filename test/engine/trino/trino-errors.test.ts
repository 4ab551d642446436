import { expect, test } from 'vitest';
import {
  classifyTrinoError,
  TrinoConnectionError,
  TrinoQueryError,
} from '../../../src/engine/trino/trino-errors.ts';

const SECRET = "line 1:8: Column 'secret' cannot be resolved in s3://bucket/key.parquet";

test.each([
  ['COLUMN_NOT_FOUND', 'USER_ERROR', 'STATEMENT_FAILED'],
  ['DIVISION_BY_ZERO', 'USER_ERROR', 'STATEMENT_FAILED'],
  ['EXCEEDED_TIME_LIMIT', 'INSUFFICIENT_RESOURCES', 'STATEMENT_TIMEOUT'],
  ['USER_CANCELED', 'USER_ERROR', 'STATEMENT_CANCELLED'],
  ['ADMINISTRATIVELY_KILLED', 'USER_ERROR', 'STATEMENT_CANCELLED'],
  ['EXCEEDED_LOCAL_MEMORY_LIMIT', 'INSUFFICIENT_RESOURCES', 'OUT_OF_MEMORY'],
  ['CLUSTER_OUT_OF_MEMORY', 'INSUFFICIENT_RESOURCES', 'OUT_OF_MEMORY'],
  ['OUT_OF_SPILL_SPACE', 'INSUFFICIENT_RESOURCES', 'OUT_OF_MEMORY'],
  ['QUERY_QUEUE_FULL', 'INSUFFICIENT_RESOURCES', 'OVERLOADED'],
  ['PERMISSION_DENIED', 'USER_ERROR', 'ENGINE_ACCESS_DENIED'],
  ['NO_NODES_AVAILABLE', 'INTERNAL_ERROR', 'ENGINE_UNAVAILABLE'],
  ['REMOTE_HOST_GONE', 'INTERNAL_ERROR', 'ENGINE_UNAVAILABLE'],
  ['HIVE_BAD_DATA', 'EXTERNAL', 'OBJECT_UNREADABLE'],
  ['HIVE_CURSOR_ERROR', 'EXTERNAL', 'OBJECT_UNREADABLE'],
  ['HIVE_CANNOT_OPEN_SPLIT', 'EXTERNAL', 'STORAGE_UNAVAILABLE'],
  ['HIVE_FILESYSTEM_ERROR', 'EXTERNAL', 'STORAGE_UNAVAILABLE'],
  ['GENERIC_INTERNAL_ERROR', 'INTERNAL_ERROR', 'ENGINE_FAULT'],
])('%s is told as %s, without what Trino says of SQL and paths', (errorName, errorType, code) => {
  const cause = new TrinoQueryError('20260101_000000_00000_abcde', { errorName, errorType, message: SECRET });
  const error = classifyTrinoError(cause, 'overview');
  expect(error.code).toBe(code);
  expect(error.message).not.toMatch(/secret|s3:/);
});

test.each([
  [
    'NOT_SUPPORTED',
    'Unsupported Trino column type (double) for Parquet column ([v] optional binary v (STRING))',
  ],
  ['GENERIC_INTERNAL_ERROR', 'java.io.IOException: can not read class org.apache.parquet.format.PageHeader'],
  ['HIVE_CANNOT_OPEN_SPLIT', 'Error opening Hive split: class A cannot be cast to class B'],
])('%s is told as an object that cannot be read, where the text says so', (errorName, message) => {
  const told = (text: string) =>
    classifyTrinoError(new TrinoQueryError('q', { errorName, errorType: 'EXTERNAL', message: text }), 'q')
      .code;
  expect(told(message)).toBe('OBJECT_UNREADABLE');
  expect(told('something else')).not.toBe('OBJECT_UNREADABLE');
});

test.each(['Delta Lake snapshot ID does not exists: 99', 'Iceberg snapshot ID does not exists: 99'])(
  '%s: the table has moved on, so the question is asked again',
  (message) => {
    const told = (text: string) =>
      classifyTrinoError(
        new TrinoQueryError('q', { errorName: 'INVALID_ARGUMENTS', errorType: 'USER_ERROR', message: text }),
        'q',
      ).code;
    expect(told(message)).toBe('DATASET_CHANGED');
    expect(told('something else')).toBe('STATEMENT_FAILED');
  },
);

test.each([
  [401, 'ENGINE_ACCESS_DENIED'],
  [403, 'ENGINE_ACCESS_DENIED'],
  [404, 'ENGINE_UNAVAILABLE'],
  [undefined, 'ENGINE_UNAVAILABLE'],
])('an answer of status %s is told as %s', (status, code) => {
  expect(
    classifyTrinoError(new TrinoConnectionError('x', status === undefined ? {} : { status }), 'q').code,
  ).toBe(code);
});
