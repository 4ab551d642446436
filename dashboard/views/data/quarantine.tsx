import { useState } from 'preact/hooks';
import type { QuarantineQuery } from '../../generated/graphql.ts';
import { EmptyNotice } from '../../parts/failure-notice.tsx';
import { Icon } from '../../parts/icons.tsx';
import { zone } from '../../settings/zone.ts';
import { bytes, count } from '../../text/format.ts';
import { instant } from '../../text/instant.ts';

const FIRST_ROWS = 50;

interface QuarantineProps {
  readonly objects: QuarantineQuery['dataset']['quarantined'];
  readonly objectCount: number;
}

export function Quarantine({ objects, objectCount }: QuarantineProps) {
  return (
    <section class="panel" aria-labelledby="quarantine-heading">
      <div class="panel-head">
        <h2 id="quarantine-heading">Quarantined objects</h2>
      </div>
      {objectCount === 0 ? (
        <EmptyNotice title="There is no Parquet object yet">
          <p>
            Put objects under the prefix, or check <code>S3_BUCKET</code>, <code>S3_PREFIX</code> or{' '}
            <code>DATA_DIR</code>. They appear here with the next listing.
          </p>
        </EmptyNotice>
      ) : objects.length === 0 ? (
        <p class="calm">
          <Icon name="check" /> Every object can be read.
        </p>
      ) : (
        <Objects objects={objects} />
      )}
    </section>
  );
}

function Objects({ objects }: Pick<QuarantineProps, 'objects'>) {
  const [isWhole, setWhole] = useState(false);
  const rows = isWhole ? objects : objects.slice(0, FIRST_ROWS);
  return (
    <>
      <p class="muted small">
        Their rows are in no answer. Each is tried again when it changes: write it anew as its reason says, or
        remove it.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the keys */}
      <section class="table-scroll" aria-label="Quarantined objects, scrolls sideways" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Object</th>
              <th scope="col">Why it cannot be read</th>
              <th scope="col" class="number">
                Size
              </th>
              <th scope="col">Written</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, reason, size, lastModified }) => (
              <tr key={key}>
                <th scope="row" class="breaks">
                  {key}
                </th>
                <td class="reason">{reason}</td>
                <td class="number nowrap">{bytes(size)}</td>
                <td class="nowrap">{instant(lastModified, zone.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {objects.length > FIRST_ROWS && (
        <button type="button" class="button button-link" onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Fewer objects' : `All ${count(objects.length)} objects`}
        </button>
      )}
    </>
  );
}
