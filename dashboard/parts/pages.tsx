import { type ListAddress, PAGE_SIZES } from '../navigation/list-address.ts';
import { Icon } from './icons.tsx';
import { PageMove } from './page-move.tsx';

type Move = Partial<Pick<ListAddress<string>, 'size' | 'after' | 'before'>>;

interface PagesProps {
  /** Of a Relay connection. */
  readonly info: {
    readonly hasPreviousPage: boolean;
    readonly hasNextPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly total: number;
  readonly size: number;
  /** Goes to the first page of the list unless it says where. */
  readonly change: (move: Move) => void;
}

/** From page to page by cursors, which stay good while objects are added. */
export function Pages({ info, total, size, change }: PagesProps) {
  if (total <= Math.min(...PAGE_SIZES)) return null;
  return (
    <nav class="pages" aria-label="Pages of the list">
      <label class="field-inline">
        <span>Rows</span>
        <select value={size} onChange={(event) => change({ size: Number(event.currentTarget.value) })}>
          {PAGE_SIZES.map((known) => (
            <option key={known} value={known}>
              {known}
            </option>
          ))}
        </select>
      </label>
      <span class="pages-moves">
        <PageMove isOff={!info.hasPreviousPage} act={() => change({})}>
          First
        </PageMove>
        <PageMove isOff={!info.hasPreviousPage} act={() => change({ before: info.startCursor })}>
          <Icon name="left" /> Previous
        </PageMove>
        <PageMove isOff={!info.hasNextPage} act={() => change({ after: info.endCursor })}>
          Next <Icon name="right" />
        </PageMove>
      </span>
    </nav>
  );
}
