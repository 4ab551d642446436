import { useAnswer } from '../../data/use-answer.ts';
import {
  ObjectTotalsDocument,
  type ObjectTotalsQuery,
  ReadingTotalsDocument,
} from '../../generated/graphql.ts';
import { Answered } from '../../parts/answered.tsx';
import { Covered, Total } from '../../parts/totals.tsx';
import { bytes, count, shortCount } from '../../text/format.ts';
import { ObjectList } from './object-list.tsx';
import { Quarantine } from './quarantine.tsx';
import { SnapshotState } from './snapshot-state.tsx';

/** What all answers rest on: the objects, those that cannot be read, and how far the rollups are. */
export function ObjectsView() {
  const readings = useAnswer(ReadingTotalsDocument, {});
  const objects = useAnswer(ObjectTotalsDocument, {});
  return (
    <>
      <h1>Data</h1>
      <SnapshotState />
      <Answered answer={objects} what="the objects" lines={6}>
        {({ dataset }) => (
          <>
            <ul class="totals">
              <Total label="Objects" value={count(dataset.objectCount)}>
                {bytes(dataset.bytes)} {dataset.isWhole ? 'in all' : 'with readings of your devices'}
              </Total>
              <Total label="Quarantined" value={count(dataset.quarantined.length)}>
                {quarantineText(dataset)}
              </Total>
              {readings.data !== undefined && (
                <>
                  <Total label="Readings" value={shortCount(readings.data.overview.totalRows)}>
                    of {count(readings.data.overview.deviceCount)} devices
                  </Total>
                  <Covered {...readings.data.overview} />
                </>
              )}
            </ul>
            <Quarantine dataset={dataset} />
          </>
        )}
      </Answered>
      <ObjectList />
    </>
  );
}

function quarantineText({ isWhole, quarantined }: ObjectTotalsQuery['dataset']): string {
  if (!isWhole) return 'of those that name your devices';
  return quarantined.length === 0 ? 'every object can be read' : 'their rows are in no answer';
}
