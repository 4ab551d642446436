/** Why a question has no answer: the code of the service, or one of those that no service could give. */
export class Failure extends Error {
  readonly code: string;
  /** Seconds after which the service says that asking again makes sense. */
  readonly retryAfter: number | undefined;
  /** Under which the log of the service has the details. */
  readonly requestId: string | undefined;

  constructor(
    code: string,
    message: string,
    { retryAfter, requestId, cause }: { retryAfter?: number; requestId?: string; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'Failure';
    this.code = code;
    this.retryAfter = retryAfter;
    this.requestId = requestId;
  }
}

/** What was thrown; what is no failure of a question is a defect of this page. */
export function failureOf(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure('DEFECT', String(error), { cause: error });
}

/** The service, or the network to it, is gone. */
export const UNREACHABLE = 'UNREACHABLE';
/** What came is not what this dashboard understands. */
export const NOT_UNDERSTOOD = 'NOT_UNDERSTOOD';

interface Advice {
  readonly title: string;
  readonly whatToDo: string;
  /** It is asked again by itself. */
  readonly passes: boolean;
}

const ADVICE: Readonly<Record<string, Advice>> = {
  [UNREACHABLE]: {
    title: 'The service does not answer',
    whatToDo: 'Check that it runs and that this machine reaches it. This page asks again by itself.',
    passes: true,
  },
  [NOT_UNDERSTOOD]: {
    title: 'The answer is not one of the telemetry API',
    whatToDo: 'A proxy in between may have answered, or the service was replaced: load this page anew.',
    passes: false,
  },
  PAGE_NOT_LOADED: {
    title: 'This part of the dashboard could not be fetched',
    whatToDo: 'The service may have been replaced by a newer one: load the page anew.',
    passes: false,
  },
  UNAUTHORIZED: {
    title: 'The key is not accepted',
    whatToDo: 'Enter a key or token that the service knows.',
    passes: false,
  },
  TOKEN_EXPIRED: {
    title: 'The key or token has expired',
    whatToDo: 'Get a new one, and enter it.',
    passes: false,
  },
  FORBIDDEN: {
    title: 'This key may not ask that',
    whatToDo: 'Have the permission added to the key, or use another key.',
    passes: false,
  },
  WARMING_UP: {
    title: 'The service is reading the objects for the first time',
    whatToDo: 'Summaries are there once it has read them. This page asks again by itself.',
    passes: true,
  },
  DATASET_EMPTY: {
    title: 'There are no readings yet',
    whatToDo:
      'Put Parquet objects under the prefix, or check S3_PREFIX or DATA_DIR. The Data page tells of objects that cannot be read.',
    passes: true,
  },
  INVALID_CURSOR: {
    title: 'This page of the list is not there any more',
    whatToDo: 'Begin again at the first page.',
    passes: false,
  },
  PERSISTED_QUERY_NOT_FOUND: {
    title: 'The service does not know the documents of this dashboard',
    whatToDo: 'Add dashboard/generated/persisted-documents.json to the manifest of PERSISTED_DOCUMENTS.',
    passes: false,
  },
  RATE_LIMITED: {
    title: 'Too many questions at once',
    whatToDo: 'Wait a moment. This page asks again by itself.',
    passes: true,
  },
  OVERLOADED: {
    title: 'The service has too much to do',
    whatToDo: 'This page asks again by itself.',
    passes: true,
  },
  STATEMENT_TIMEOUT: {
    title: 'The answer took too long',
    whatToDo: 'Ask about a shorter period or fewer devices.',
    passes: false,
  },
  ANSWER_TOO_LARGE: {
    title: 'The answer is too large',
    whatToDo: 'Ask about a shorter period or fewer devices, or download it.',
    passes: false,
  },
  BAD_USER_INPUT: {
    title: 'A value is not understood',
    whatToDo: 'Correct it as the message says.',
    passes: false,
  },
};

const OF_THE_STORE: Advice = {
  title: 'The readings cannot be reached',
  whatToDo: 'The message and the log of the service tell why. This page asks again by itself.',
  passes: true,
};
const ELSE: Advice = {
  title: 'Something went wrong',
  whatToDo: 'Try again. If it stays, the log of the service has the details.',
  passes: false,
};

/** What a person is told of a failure, and whether it is one that passes. */
export function adviceFor(code: string): Advice {
  return ADVICE[code] ?? (/^(STORAGE|ENGINE|DATASET|OBJECT)_/.test(code) ? OF_THE_STORE : ELSE);
}
