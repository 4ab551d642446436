import type { Span } from '../../telemetry/resolution.ts';

/** Looks at another stretch of time, told from the one that is looked at. */
export type Look = (next: (now: Span) => Span) => void;
