import { currentActivity } from '../observe/scope.ts';
import { type Problem, problemHeaders, problemResponse } from './problem.ts';

/** An error that is told before anything is asked, in the shape that clients of GraphQL or of REST read. */
export function refusalResponse(request: Request, problem: Problem, isGraphQL: boolean): Response {
  currentActivity()?.endedBy(problem.code);
  if (!isGraphQL) return problemResponse(problem, { 'cache-control': 'no-store' });
  const { status, code, message, details } = problem;
  const mediaType = request.headers.get('accept')?.includes('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json';
  return new Response(JSON.stringify({ errors: [{ message, extensions: { ...details, code } }] }), {
    status,
    headers: {
      ...problemHeaders(problem),
      'cache-control': 'no-store',
      'content-type': `${mediaType}; charset=utf-8`,
    },
  });
}
