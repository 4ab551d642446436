import { isSeq, parseDocument } from 'yaml';
import { YamlMistakes } from '../../access/checked-yaml.ts';
import { parseKeys } from '../../access/parse-keys.ts';
import { ConfigError } from '../../errors.ts';

/** As it stands in the file. */
export interface KeyEntry {
  readonly id: string;
  readonly hash: string;
  readonly expires?: string;
  readonly permissions?: readonly string[];
  readonly devices?: 'all' | { readonly ids?: readonly string[]; readonly prefixes?: readonly string[] };
  readonly tenant?: string;
}

/**
 * The text of a file of keys with one more. Comments stay, and JSON stays JSON.
 * @throws ConfigError for an entry that the service would refuse, or a file that has mistakes already
 */
export function addKey(text: string, entry: KeyEntry): string {
  if (text.trim() !== '') checkKeys(text);
  const document = parseDocument(text.trim() === '' ? 'keys: []' : text);
  const keys = document.get('keys');
  if (isSeq(keys) && keys.items.length > 0) keys.add(document.createNode(entry));
  else document.set('keys', document.createNode([entry]));
  const added = text.trimStart().startsWith('{')
    ? `${JSON.stringify(document.toJS(), null, 2)}\n`
    : document.toString();
  checkKeys(added);
  return added;
}

function checkKeys(text: string): void {
  try {
    parseKeys(text);
  } catch (error) {
    if (error instanceof YamlMistakes) throw new ConfigError(error.problems);
    throw error;
  }
}
