import cliProgress, { type SingleBar } from 'cli-progress';
import type { RollupProgress } from './dataset/rollup-keeper.ts';

/** The eye follows this; the log tells the same once a second. */
const EVERY_MS = 200;
/** What is over sooner needs no bar. */
const PATIENCE_MS = 500;

/**
 * Shows on a terminal how far the rollups are, whenever they are built. To anything else nothing is written.
 * @returns what takes the bar away for good
 */
export function showProgress(
  progress: () => RollupProgress | null,
  terminal: NodeJS.WriteStream = process.stderr,
): () => void {
  if (!terminal.isTTY) return () => undefined;
  let bar: SingleBar | undefined;
  let waitedMs = 0;
  const hide = () => {
    bar?.stop();
    bar = undefined;
    waitedMs = 0;
  };
  const timer = setInterval(() => {
    const now = progress();
    if (now === null) return hide();
    waitedMs += EVERY_MS;
    if (waitedMs < PATIENCE_MS) return;
    const payload = {
      objects: `${now.objectsDone}/${now.objects} objects`,
      left: now.secondsLeft === null ? '' : `, ${now.secondsLeft} s left`,
    };
    if (bar === undefined) {
      bar = new cliProgress.SingleBar({
        stream: terminal,
        format: 'Rollups |{bar}| {percentage}% ({objects}{left})',
        clearOnComplete: true,
      });
      bar.start(now.bytes, now.bytesDone, payload);
    }
    bar.setTotal(now.bytes);
    bar.update(now.bytesDone, payload);
  }, EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    hide();
  };
}
