import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import type { DescribeProblem } from './openapi-access.ts';

const count = z.int().nonnegative();
const briefly = { status: z.literal('ready') };

const ready = z.object({
  ...briefly,
  version: z.string(),
  objects: count,
  quarantined: count,
  rolled_up: z.boolean().meta({ description: 'Summaries come from rollups.' }),
  coverage: z.number().meta({ description: 'The share of the readings that summaries rest on.' }),
  progress: z
    .object({
      objects: count,
      objects_done: count,
      bytes: count,
      bytes_done: count,
      seconds_left: count.nullable(),
    })
    .nullable()
    .meta({ description: 'How far the rollups of the next snapshot are.' }),
});

/** @param brief `/ready` tells whether, and not why */
export function healthPaths(brief: boolean, problem: DescribeProblem): ZodOpenApiPathsObject {
  return {
    '/health': {
      get: {
        summary: 'The process lives',
        security: [],
        responses: {
          200: {
            description: 'It does.',
            content: { 'application/json': { schema: z.object({ status: z.literal('ok') }) } },
          },
        },
      },
    },
    '/ready': {
      get: {
        summary: 'An object of the current snapshot can be read',
        security: [],
        responses: {
          200: {
            description: 'It can.',
            content: { 'application/json': { schema: brief ? z.object(briefly) : ready } },
          },
          503: problem(`It cannot; \`code\`${brief ? ' says' : ' and `detail` say'} why.`),
        },
      },
    },
  };
}
