import { useEffect } from 'preact/hooks';
import { isProgressShown, snapshot } from '../../data/snapshot.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { ObjectsDocument, QuarantineDocument, type ReadMode } from '../../generated/graphql.ts';
import { Answered, Loading } from '../../parts/answered.tsx';
import { Covered, Total } from '../../parts/totals.tsx';
import { useNow } from '../../parts/use-now.ts';
import { zone } from '../../settings/zone.ts';
import { bytes, count, duration, shortCount } from '../../text/format.ts';
import { instant } from '../../text/instant.ts';
import { ObjectList } from './object-list.tsx';
import { Progress } from './progress.tsx';
import { Quarantine } from './quarantine.tsx';

/** What all answers rest on: the objects, those that cannot be read, and how far the rollups are. */
export function ObjectsView() {
  const objects = useAnswer(ObjectsDocument, {});
  const quarantine = useAnswer(QuarantineDocument, {});
  return (
    <>
      <h1>Data</h1>
      <State />
      <Answered answer={quarantine} what="the objects" lines={6}>
        {({ dataset }) => (
          <>
            <ul class="totals">
              <Total label="Objects" value={count(dataset.objectCount)}>
                {bytes(dataset.bytes)} in all
              </Total>
              <Total label="Quarantined" value={count(dataset.quarantined.length)}>
                {dataset.quarantined.length === 0
                  ? 'every object can be read'
                  : 'their rows are in no answer'}
              </Total>
              {objects.data !== undefined && (
                <>
                  <Total label="Readings" value={shortCount(objects.data.overview.totalRows)}>
                    of {count(objects.data.overview.deviceCount)} devices
                  </Total>
                  <Covered {...objects.data.overview} />
                </>
              )}
            </ul>
            <Quarantine objects={dataset.quarantined} objectCount={dataset.objectCount} />
          </>
        )}
      </Answered>
      <ObjectList />
    </>
  );
}

const READ_MODES: Readonly<Record<ReadMode, string>> = {
  LOCAL: 'files of a folder',
  DIRECT: 'ranges, straight from S3',
  CACHED: 'whole, verified objects from a local cache',
};

/** What the watch of the snapshot hears, which is newer than any answer. */
function State() {
  const now = useNow();
  const dataset = snapshot.value;
  useEffect(() => {
    isProgressShown.value = true;
    return () => {
      isProgressShown.value = false;
    };
  }, []);
  if (dataset === null) return <Loading what="the snapshot" lines={2} />;
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
