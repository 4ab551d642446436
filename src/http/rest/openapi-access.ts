import type { ZodOpenApiResponseObject } from 'zod-openapi';

export type DescribeProblem = (description: string) => ZodOpenApiResponseObject;

export const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key or a JSON Web Token.' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
} as const;

/** Any one of them. */
export const CREDENTIALS = Object.keys(SECURITY_SCHEMES).map((name) => ({ [name]: [] }));

export function accessProblems(problem: DescribeProblem) {
  return {
    401: problem('The key or token is missing, wrong or expired.'),
    403: problem('The key or token does not give the permission.'),
  };
}
