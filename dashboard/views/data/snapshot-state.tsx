import { useEffect } from 'preact/hooks';
import { isProgressShown, snapshot, snapshotFailure } from '../../data/snapshot.ts';
import type { ReadMode } from '../../generated/graphql.ts';
import { Loading } from '../../parts/answered.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { useNow } from '../../parts/use-now.ts';
import { zone } from '../../settings/zone.ts';
import { duration } from '../../text/format.ts';
import { instant } from '../../text/instant.ts';
import { Progress } from './progress.tsx';

const READ_MODES: Readonly<Record<ReadMode, string>> = {
  LOCAL: 'files of a folder',
  DIRECT: 'ranges, straight from S3',
  CACHED: 'whole, verified objects from a local cache',
};

/** What the watch of the snapshot hears, which is newer than any answer. */
export function SnapshotState() {
  const now = useNow();
  const dataset = snapshot.value;
  useEffect(() => {
    isProgressShown.value = true;
    return () => {
      isProgressShown.value = false;
    };
  }, []);
  if (dataset === null) {
    const failure = snapshotFailure.value;
    return failure === undefined ? (
      <Loading what="the snapshot" lines={2} />
    ) : (
      <FailureNotice failure={failure} />
    );
  }
  const { version, refreshedAt, rolledUp, readMode } = dataset;
  return (
    <section class="panel" aria-labelledby="snapshot-heading">
      <div class="panel-head">
        <h2 id="snapshot-heading">Snapshot</h2>
      </div>
      <dl class="facts">
        <div>
          <dt>Version</dt>
          <dd>
            <code class="breaks">{version}</code>
          </dd>
        </div>
        <div>
          <dt>Listed</dt>
          <dd>
            {instant(refreshedAt, zone.value)} ({duration(now - Date.parse(refreshedAt))} ago)
          </dd>
        </div>
        <div>
          <dt>Objects are read as</dt>
          <dd>{READ_MODES[readMode]}</dd>
        </div>
        <div>
          <dt>Summaries come from</dt>
          <dd>
            {rolledUp ? 'rollups, in milliseconds' : 'scans of the objects, until the rollups are there'}
          </dd>
        </div>
      </dl>
      <Progress dataset={dataset} />
    </section>
  );
}
