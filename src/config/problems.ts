import type { z } from 'zod';
import { accessProblems, isLoopback } from '../access/settings.ts';
import type { Environment } from './environment.ts';
import { trinoProblems } from './trino-settings.ts';

type Given = Readonly<Record<string, string | undefined>>;

/** What is wrong with the settings, each by itself and with the others. @param set those that have a value */
export function problemsOf(set: Given, parsed: z.ZodSafeParseResult<Environment>): string[] {
  return [
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...togetherProblems(set),
    ...accessProblems(set),
    ...trinoProblems(set),
    ...(parsed.success ? boundsProblems(parsed.data) : []),
  ];
}

function togetherProblems(set: Given): string[] {
  const problems: string[] = [];
  if (set['S3_BUCKET'] && set['DATA_DIR']) {
    problems.push(
      'S3_BUCKET and DATA_DIR: expected one of them, but got both; unset the one you do not mean',
    );
  }
  if (set['PERSISTED_ONLY'] === 'true' && !set['PERSISTED_DOCUMENTS']) {
    problems.push('PERSISTED_ONLY: expected PERSISTED_DOCUMENTS with it, but that is unset');
  }
  if (set['METRICS_PORT'] && !set['METRICS_TOKEN'] && !isLoopback(set['HOST']?.trim() || '127.0.0.1')) {
    problems.push(
      'METRICS_PORT: expected METRICS_TOKEN with it where HOST is not a loopback address, but that is unset',
    );
  }
  return problems;
}

/** Of one setting by another. */
function boundsProblems(env: Environment): string[] {
  const { QUERY_MAX_ROWS, ANSWER_MAX_ROWS, BODIES_MAX_BYTES, BODY_MAX_BYTES } = env;
  const problems: string[] = [];
  // A statement asks for one row more than a client may have, to tell whether there is one.
  if (QUERY_MAX_ROWS >= ANSWER_MAX_ROWS) {
    problems.push(
      `QUERY_MAX_ROWS: expected fewer than ANSWER_MAX_ROWS (${ANSWER_MAX_ROWS}), but got: ${QUERY_MAX_ROWS}`,
    );
  }
  if (BODIES_MAX_BYTES < BODY_MAX_BYTES) {
    problems.push(
      `BODIES_MAX_BYTES: expected at least BODY_MAX_BYTES (${BODY_MAX_BYTES}), but got: ${BODIES_MAX_BYTES}`,
    );
  }
  return problems;
}
