import { useRef } from 'preact/hooks';
import type { Failure } from '../data/failure.ts';
import { newestReading } from '../data/snapshot.ts';
import { useAnswer } from '../data/use-answer.ts';
import { FleetTrendsDocument } from '../generated/graphql.ts';
import { areOf, lastDay, later, type Trends, type TrendsQuestion, trendsOf } from '../telemetry/trends.ts';

interface TrendsAnswer {
  /** undefined: not known of these devices. */
  readonly trends: Trends | undefined;
  readonly failure: Failure | undefined;
  again(): void;
}

/** The last day of these devices, in one question. @param fleetNewest as far as the answer that names the devices knows */
export function useTrends(deviceIds: readonly string[], fleetNewest: string | null): TrendsAnswer {
  // The watch hears of a newer hour before that answer does; else the hours of before were asked for anew, and these after them.
  const newest = later(fleetNewest, newestReading.value);
  const question: TrendsQuestion | null =
    newest === null || deviceIds.length === 0 ? null : { deviceIds, ...lastDay(newest) };
  const { data, isCurrent, failure, again } = useAnswer(
    FleetTrendsDocument,
    question && {
      deviceIds: [...deviceIds],
      from: new Date(question.from).toISOString(),
      to: new Date(question.to).toISOString(),
    },
    { about: deviceIds },
  );
  const answered = useRef<TrendsQuestion | undefined>(undefined);
  if (isCurrent && question !== null) answered.current = question;
  const known = areOf(answered.current, deviceIds) ? answered.current : undefined;
  return {
    trends: known === undefined || data === undefined ? undefined : trendsOf(known, data.series),
    failure,
    again,
  };
}
