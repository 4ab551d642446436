import type { Values } from '../telemetry/gaps.ts';
import type { Span } from '../telemetry/resolution.ts';

export interface ChartLine {
  readonly label: string;
  /** A name of the style sheet: `--line-<colour>`. */
  readonly colour: string;
  /** null: no value. undefined: nothing to say at this time, which is one of another line. */
  readonly values: readonly (number | null | undefined)[];
  /** What lies between is filled: the range of an aggregate. */
  readonly min?: Values;
  readonly max?: Values;
}

export interface ChartModel {
  /** For screen readers: what the chart shows, in a sentence. */
  readonly label: string;
  /** In ms, ascending. */
  readonly timestamps: readonly number[];
  readonly lines: readonly ChartLine[];
  /** What the axis spans. Unset: all points. */
  readonly span?: Span;
  readonly gaps: readonly Span[];
  readonly unit: string;
  readonly digits: number;
  readonly zone: string;
  /** One time of day may stand for two instants, so the offset is told. */
  readonly areClocksChanged?: boolean;
  /** Points are days of the calendar. */
  readonly isDaily?: boolean;
  /** Charts of the same key have their cursors together. */
  readonly syncKey?: string;
}
