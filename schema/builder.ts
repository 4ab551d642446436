import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import { GraphQLSafeInt } from 'graphql-scalars';
import type { Context } from './context.ts';
import { JsonScalar } from './query-scalars.ts';
import { relayOptions } from './relay-options.ts';
import { DateTime, Duration, LocalDate, NumberColumn, TimeColumn, TimeZone } from './scalars.ts';
import type { Column } from './series-types.ts';

interface Types {
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  Scalars: {
    ID: { Input: string; Output: string };
    SafeInt: { Input: number; Output: number };
    DateTime: { Input: string; Output: string };
    Date: { Input: string; Output: string };
    TimeZone: { Input: string; Output: string };
    Duration: { Input: string; Output: string };
    TimeColumn: { Input: never; Output: Column };
    NumberColumn: { Input: never; Output: Column };
    JSON: { Input: unknown; Output: unknown };
  };
}

export type SchemaTypes = PothosSchemaTypes.ExtendDefaultTypes<Types>;

/** Plugins and scalars. The types and their fields stand in the files of their concepts. */
export const builder = new SchemaBuilder<Types>({
  plugins: [RelayPlugin],
  defaultFieldNullability: false,
  relay: relayOptions,
});

builder.queryType({
  description: 'Every field of one operation answers from the same snapshot of the objects.',
});

builder.addScalarType('SafeInt', GraphQLSafeInt, {
  description: 'A whole number, exact up to ±(2^53 − 1).',
});
builder.addScalarType('DateTime', DateTime);
builder.addScalarType('Date', LocalDate);
builder.addScalarType('TimeZone', TimeZone);
builder.addScalarType('Duration', Duration);
builder.addScalarType('TimeColumn', TimeColumn);
builder.addScalarType('NumberColumn', NumberColumn);
builder.addScalarType('JSON', JsonScalar);
