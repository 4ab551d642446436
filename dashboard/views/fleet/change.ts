import { changeSearch } from '../../navigation/location.ts';
import { changeFleet, type FleetAddress } from './fleet-url.ts';

/** Puts changes into the address; what is shown follows it. */
export function change(changes: Partial<FleetAddress>, options?: { readonly replace?: boolean }): void {
  changeSearch((search) => changeFleet(search, changes), options);
}

export const showAll = () => change({ find: '', state: null });
