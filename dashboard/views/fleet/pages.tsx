import type { FleetQuery } from '../../generated/graphql.ts';
import { Icon } from '../../parts/icons.tsx';
import { change } from './change.ts';
import { type FleetAddress, PAGE_SIZES } from './fleet-url.ts';

interface PagesProps {
  readonly info: FleetQuery['devices']['pageInfo'];
  readonly total: number;
  readonly address: FleetAddress;
}

/** From page to page by cursors, which stay good while objects are added. */
export function Pages({ info, total, address }: PagesProps) {
  if (total <= Math.min(...PAGE_SIZES)) return null;
  return (
    <nav class="pages" aria-label="Pages of the list">
      <label class="field-inline">
        <span>Rows</span>
        <select
          value={address.size}
          onChange={(event) => change({ size: Number(event.currentTarget.value) })}
        >
          {PAGE_SIZES.map((size) => (
            <option key={size} value={size}>
              {size}
            </option>
          ))}
        </select>
      </label>
      <span class="pages-moves">
        <button type="button" class="button" disabled={!info.hasPreviousPage} onClick={() => change({})}>
          First
        </button>
        <button
          type="button"
          class="button"
          disabled={!info.hasPreviousPage}
          onClick={() => change({ before: info.startCursor })}
        >
          <Icon name="left" /> Previous
        </button>
        <button
          type="button"
          class="button"
          disabled={!info.hasNextPage}
          onClick={() => change({ after: info.endCursor })}
        >
          Next <Icon name="right" />
        </button>
      </span>
    </nav>
  );
}
