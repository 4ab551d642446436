import { signInReason } from '../data/session.ts';
import { isLive, isUnreachable, snapshot, snapshotFailure } from '../data/snapshot.ts';
import type { SnapshotQuery } from '../generated/graphql.ts';
import { withZone } from '../navigation/location.ts';
import { DATA } from '../navigation/routes.ts';
import { zone } from '../settings/zone.ts';
import { duration, share } from '../text/format.ts';
import { instant } from '../text/instant.ts';
import { stateText } from './snapshot-text.ts';
import { useNow } from './use-now.ts';

type Dataset = SnapshotQuery['dataset'];

/** What all that is on the page rests on, and how fresh it is. */
export function SnapshotBar() {
  const now = useNow();
  if (signInReason.value !== null) return null;
  const dataset = snapshot.value;
  return (
    <section class="snapshot-bar" aria-label="Freshness">
      <div class="snapshot-inner">
        <span class={`dot ${isUnreachable.value ? 'dot-bad' : dataset === null ? 'dot-idle' : 'dot-good'}`} />
        <span role="status">
          {isUnreachable.value
            ? 'No answer from the service: trying again'
            : stateText(dataset, snapshotFailure.value)}
        </span>
        {dataset !== null && !isUnreachable.value && <Done progress={dataset.progress} />}
        {dataset !== null && <Freshness dataset={dataset} now={now} />}
      </div>
    </section>
  );
}

/** Outside of what is announced: it changes every other second. */
function Done({ progress }: Pick<Dataset, 'progress'>) {
  if (progress === null) return null;
  return <span>{share(progress.bytes === 0 ? 0 : progress.bytesDone / progress.bytes)} done</span>;
}

function Freshness({ dataset, now }: { readonly dataset: Dataset; readonly now: number }) {
  const { newestReading, refreshedAt, version, progress } = dataset;
  return (
    <>
      {newestReading !== null && (
        <span title={instant(newestReading, zone.value)}>
          Newest reading <strong>{duration(now - Date.parse(newestReading))} ago</strong>
        </span>
      )}
      {!isLive.value && (
        <span title={instant(refreshedAt, zone.value)}>
          Listed {duration(now - Date.parse(refreshedAt))} ago
        </span>
      )}
      <span>
        Snapshot{' '}
        <a href={withZone(DATA)}>
          <code>{version.slice(0, 8)}</code>
        </a>
      </span>
      {!isUnreachable.value && <Way isMaking={progress !== null} />}
    </>
  );
}

/** How new data is heard of. Outside of what is announced, since it changes nothing that is read. */
function Way({ isMaking }: { readonly isMaking: boolean }) {
  if (isLive.value) return <span title="New data shows as soon as it is listed">Live</span>;
  return <span title="The service cannot be listened to">Asking every {isMaking ? 2 : 15} s</span>;
}
