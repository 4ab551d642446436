import type { SnapshotQuery } from '../../generated/graphql.ts';
import { bytes, count, duration, share } from '../../text/format.ts';

/** How much of the readings summaries rest on, and how far the next snapshot is. */
export function Progress({ dataset }: { readonly dataset: SnapshotQuery['dataset'] }) {
  const { coverage, progress, isWhole } = dataset;
  return (
    <div class="meters">
      <Meter
        label="Coverage"
        value={coverage}
        text={`${share(coverage)} of the readings are in the summaries`}
      />
      {progress === null ? (
        <p class="muted small">
          {isWhole
            ? 'Nothing is being taken in.'
            : 'What is being taken in is told to those alone who may see all devices.'}
        </p>
      ) : (
        <Meter
          label="Taking in"
          value={progress.bytes === 0 ? 0 : progress.bytesDone / progress.bytes}
          text={`${count(progress.objectsDone)} of ${count(progress.objects)} new or changed objects, ${bytes(progress.bytesDone)} of ${bytes(progress.bytes)}${progress.secondsLeft === null ? '' : `, about ${duration(progress.secondsLeft * 1000)} left`}`}
        />
      )}
    </div>
  );
}

interface MeterProps {
  readonly label: string;
  /** From 0 to 1. */
  readonly value: number;
  readonly text: string;
}

function Meter({ label, value, text }: MeterProps) {
  return (
    <div class="meter">
      <span>{label}</span>
      <progress aria-label={label} value={value} max={1} />
      <span class="muted small">{text}</span>
    </div>
  );
}
