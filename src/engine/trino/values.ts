import { dayNumber, dayText, instantMicros, instantText } from './instants.ts';
import type { TrinoColumn, TypeSignature } from './protocol.ts';

export type Converter = (value: unknown) => unknown;

/** As they come. */
const same: Converter = (value) => value;
const finite: Converter = (value) => (Number.isFinite(value) ? value : null);

/** What becomes of the values of each column in a `Row`. */
export function rowConverters(columns: readonly TrinoColumn[]): readonly Converter[] {
  return columns.map(({ typeSignature }) => nullable(rowConverter(typeSignature)));
}

/** What becomes of them in a `ColumnBatch`. */
export function batchConverters(columns: readonly TrinoColumn[]): readonly Converter[] {
  return columns.map(({ typeSignature }) => nullable(batchConverter(typeSignature)));
}

function nullable(convert: Converter): Converter {
  return convert === same ? same : (value) => (value === null ? null : convert(value));
}

function rowConverter(type: TypeSignature): Converter {
  switch (type.rawType) {
    case 'double':
    case 'decimal':
      // NaN, the infinities and decimals come as text.
      return Number;
    case 'real':
      // Comes with as few digits as tell it from other floats of 32 bits.
      return (value) => Math.fround(Number(value));
    case 'date':
      return (value) => dayText(String(value));
    case 'timestamp':
    case 'timestamp with time zone':
      return (value) => instantText(String(value));
    case 'array':
      return listOf(type);
    case 'map':
      return mapOf(type);
    case 'row':
      return structOf(type);
    default:
      return same;
  }
}

function batchConverter(type: TypeSignature): Converter {
  switch (type.rawType) {
    case 'bigint':
      return (value) => BigInt(value as number | bigint);
    case 'double':
      return (value) => finite(Number(value));
    case 'real':
      return (value) => finite(Math.fround(Number(value)));
    case 'date':
      return (value) => dayNumber(String(value));
    case 'timestamp':
    case 'timestamp with time zone':
      return (value) => instantMicros(String(value));
    default:
      return rowConverter(type);
  }
}

function listOf(type: TypeSignature): Converter {
  const convert = converterOf(typesIn(type)[0]);
  return convert === same ? same : (values) => (values as readonly unknown[]).map(convert);
}

function mapOf(type: TypeSignature): Converter {
  const [keyType, valueType] = typesIn(type);
  const key = keyConverter(keyType);
  const value = converterOf(valueType);
  return (entries) =>
    Object.entries(entries as object).map((entry) => ({ key: key(entry[0]), value: value(entry[1]) }));
}

/** Keys are those of a JSON object, and so text. */
function keyConverter(type: TypeSignature | undefined): Converter {
  switch (type?.rawType) {
    case 'boolean':
      return (text) => text === 'true';
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return (text) => {
        const number = Number(text);
        return Number.isSafeInteger(number) ? number : BigInt(text as string);
      };
    case 'array':
    case 'map':
    case 'row':
      return same;
    default:
      return converterOf(type);
  }
}

function structOf({ arguments: fields }: TypeSignature): Converter {
  const converters = fields.flatMap((field, place) =>
    field.kind === 'NAMED_TYPE'
      ? [
          {
            name: field.value.fieldName?.name ?? `field${place}`,
            convert: converterOf(field.value.typeSignature),
          },
        ]
      : [],
  );
  return (values) =>
    Object.fromEntries(
      converters.map(({ name, convert }, place) => [name, convert((values as readonly unknown[])[place])]),
    );
}

const converterOf = (type: TypeSignature | undefined) =>
  type === undefined ? same : nullable(rowConverter(type));

function typesIn(type: TypeSignature): TypeSignature[] {
  return type.arguments.flatMap((part) => (part.kind === 'TYPE' ? [part.value] : []));
}
