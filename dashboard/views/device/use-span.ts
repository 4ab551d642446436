import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { changeSearch } from '../../navigation/location.ts';
import type { Span } from '../../telemetry/resolution.ts';
import { chooseSpan } from './device-url.ts';
import type { Look } from './look.ts';

/** So long nothing moves before it is asked. */
const PAUSE_MS = 200;

/** What is seen at once, and a moment later is in the address, and asked for. */
export function useSpan(addressed: Span, whole: Span): [Span, Look] {
  const [draft, setDraft] = useState<Span | undefined>();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const written = useRef<Span | undefined>(undefined);
  const { from, to } = addressed;
  useEffect(() => {
    const isOwn = written.current?.from === from && written.current.to === to;
    // The address has caught up with a draft that has moved on meanwhile.
    if (isOwn && timer.current !== undefined) return;
    clearTimeout(timer.current);
    timer.current = undefined;
    setDraft(undefined);
  }, [from, to]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const shown = draft ?? addressed;
  const steady = useMemo(() => ({ from: shown.from, to: shown.to }), [shown.from, shown.to]);
  const latest = useRef(shown);
  latest.current = shown;
  const look: Look = (next) => {
    const span = next(latest.current);
    // Several moves may come before the next drawing.
    latest.current = span;
    setDraft(span);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      written.current = span;
      changeSearch((search) => chooseSpan(search, span, whole), { replace: true });
    }, PAUSE_MS);
  };
  return [steady, look];
}
