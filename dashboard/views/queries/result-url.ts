import { writeTexts } from '../../navigation/list-address.ts';

/** What the address of a query says of how its rows are shown. Pure. */

export interface ResultAddress {
  /** The column that is drawn; null: the first one. */
  readonly figure: string | null;
  /** The one group that is drawn; null: the first ones. */
  readonly group: string | null;
  /** Which page of the rows, from 0 on. */
  readonly page: number;
}

export function resultAddress(search: URLSearchParams): ResultAddress {
  const page = Number(search.get('page'));
  return {
    figure: search.get('figure'),
    group: search.get('group'),
    page: Number.isSafeInteger(page) && page > 0 ? page - 1 : 0,
  };
}

export function changeResult(search: URLSearchParams, change: Partial<ResultAddress>): void {
  const { figure, group, page } = { ...resultAddress(search), ...change };
  writeTexts(search, { figure, group, page: page === 0 ? null : String(page + 1) });
}
