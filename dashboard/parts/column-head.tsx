import { type ListAddress, sortedBy } from '../navigation/list-address.ts';
import { Icon } from './icons.tsx';

export interface Column<Sort extends string> {
  readonly label: string;
  /** Unset: the list cannot be ordered by it. */
  readonly sort?: Sort;
  readonly style?: string;
}

type Order<Sort extends string> = Pick<ListAddress<Sort>, 'sort' | 'descending'>;

interface ColumnHeadProps<Sort extends string> {
  readonly column: Column<Sort>;
  readonly address: Order<Sort>;
  readonly change: (order: Order<Sort>) => void;
}

/** The head of a column; a button where the list can be ordered by it. */
export function ColumnHead<Sort extends string>({ column, address, change }: ColumnHeadProps<Sort>) {
  const { label, sort, style = '' } = column;
  if (sort === undefined) {
    return (
      <th scope="col" class={style}>
        {label}
      </th>
    );
  }
  const isSorted = address.sort === sort;
  const order = address.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={style} {...(isSorted ? { 'aria-sort': order } : {})}>
      <button type="button" class="sort" onClick={() => change(sortedBy(address, sort))}>
        {label}
        {isSorted && <Icon name={address.descending ? 'down' : 'up'} />}
      </button>
    </th>
  );
}
