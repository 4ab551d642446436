import { z } from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { FORMATS } from '../../../formats/formats.ts';

const TEXT = /^text\/|json/;

/** The formats besides JSON, with the extension by which each can be asked for. */
export const exportContent = Object.fromEntries(
  FORMATS.map(({ mediaTypes: [type], extension }) => [
    type,
    {
      schema: {
        type: 'string' as const,
        ...(TEXT.test(type) ? {} : { format: 'binary' }),
        description: `The rows with the types of their columns. Also by the extension \`.${extension}\`.`,
      },
    },
  ]),
);

export const exportHeaders = {
  'Content-Disposition': z
    .string()
    .optional()
    .meta({ description: 'A file name with the version; not for JSON without extension.' }),
  'X-Truncated': z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'Whether a limit has cut the rows. Not with JSON of the built-in tables.' }),
  'X-Series-Exact': z.enum(['true', 'false']).optional().meta({
    description:
      'Of series: false when readings were left out so that the shape stays. `X-Series-Method`, `X-Series-Source` and `X-Series-Bucket` tell how.',
  }),
  'X-Row-Limit': z.string().optional().meta({ description: 'The most rows, where there is a limit.' }),
};

export function exportProblems(problem: (description: string) => ZodOpenApiResponseObject) {
  return {
    404: problem('The extension is of no format that there is.'),
    406: problem('`Accept` names none of the formats.'),
  };
}
