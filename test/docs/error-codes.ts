import * as errors from '../../src/errors.ts';
import { REFUSALS } from '../../src/http/plugins/use-coded-refusals.ts';

/** Codes that GraphQL Yoga and the presentation of errors add to those of src/errors.ts. */
const OTHER_CODES = {
  INTERNAL_SERVER_ERROR: 500,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  OPERATION_RESOLUTION_FAILURE: 400,
  BAD_REQUEST: 400,
  ...Object.fromEntries(Object.entries(REFUSALS).map(([status, [code]]) => [code, Number(status)])),
};

function ownCodes(): Record<string, number> {
  const classes = Object.values(errors).filter((value) => value !== errors.TelemetryError);
  return Object.fromEntries(
    classes.map((Class) => {
      const error: errors.TelemetryError = Reflect.construct(Class, [['text'], 'text']);
      return [error.code, error.status];
    }),
  );
}

/** Every code that clients may get → its status. */
export const ERROR_CODES: Readonly<Record<string, number>> = { ...ownCodes(), ...OTHER_CODES };
