import { useState } from 'preact/hooks';
import type { ObjectTotalsQuery } from '../../generated/graphql.ts';
import { EmptyNotice } from '../../parts/failure-notice.tsx';
import { Icon } from '../../parts/icons.tsx';
import { TableScroll } from '../../parts/table-scroll.tsx';
import { zone } from '../../settings/zone.ts';
import { bytes, count } from '../../text/format.ts';
import { instant } from '../../text/instant.ts';

const FIRST_ROWS = 50;

type Dataset = ObjectTotalsQuery['dataset'];

export function Quarantine({ dataset }: { readonly dataset: Dataset }) {
  const { isWhole, objectCount, quarantined } = dataset;
  return (
    <section class="panel" aria-labelledby="quarantine-heading">
      <div class="panel-head">
        <h2 id="quarantine-heading">Quarantined objects</h2>
      </div>
      {objectCount === 0 && !isWhole ? (
        <EmptyNotice title="No object holds readings of devices that you may see">
          <p>
            They appear with the next listing after they have sent some. Whoever gave you the key or token can
            tell which devices it is for.
          </p>
        </EmptyNotice>
      ) : objectCount === 0 ? (
        <EmptyNotice title="There is no Parquet object yet">
          <p>
            Put objects under the prefix, or check <code>S3_BUCKET</code>, <code>S3_PREFIX</code> or{' '}
            <code>DATA_DIR</code>. They appear here with the next listing.
          </p>
        </EmptyNotice>
      ) : quarantined.length === 0 ? (
        <p class="calm">
          {isWhole ? (
            <>
              <Icon name="check" /> Every object can be read.
            </>
          ) : (
            'None whose key names a device that you may see. Of others you are not told.'
          )}
        </p>
      ) : (
        <Objects objects={quarantined} />
      )}
    </section>
  );
}

function Objects({ objects }: { readonly objects: Dataset['quarantined'] }) {
  const [isWhole, setWhole] = useState(false);
  const rows = isWhole ? objects : objects.slice(0, FIRST_ROWS);
  return (
    <>
      <p class="muted small">
        Their rows are in no answer. Each is tried again when it changes: write it anew as its reason says, or
        remove it.
      </p>
      <TableScroll of="Quarantined objects">
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
      </TableScroll>
      {objects.length > FIRST_ROWS && (
        <button type="button" class="button button-link" onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Fewer objects' : `All ${count(objects.length)} objects`}
        </button>
      )}
    </>
  );
}
