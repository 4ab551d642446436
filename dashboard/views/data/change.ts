import { changeSearch } from '../../navigation/location.ts';
import { changeObjects, type ObjectsAddress } from './objects-url.ts';

/** Puts changes into the address; what is shown follows it. */
export function change(changes: Partial<ObjectsAddress>, options?: { readonly replace?: boolean }): void {
  changeSearch((search) => changeObjects(search, changes), options);
}

export const showAll = () => change({ find: '', status: null });
