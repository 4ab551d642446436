import type { StoredObject } from './storage.ts';

const DERIVED = 'derived:';

/** What listings, HEAD and GET say of an object. */
export interface ObjectFacts {
  readonly etag: string | undefined;
  readonly size: number;
  readonly lastModified: Date | undefined;
}

export interface Encryption {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
}

/**
 * The store's ETag without quotes. A store that sends none gets one made of size and time, of whole seconds because
 * HTTP's header has no finer ones: a swap within that second for the same number of bytes goes unseen there.
 */
export function objectEtag({ etag, size, lastModified }: ObjectFacts): string {
  if (etag) return etag.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
  return `${DERIVED}${size}-${Math.floor((lastModified?.getTime() ?? 0) / 1000)}`;
}

/** The header that makes the store refuse another object under the key; none for an ETag that the store does not know. */
export function ifMatch({ etag }: StoredObject): { IfMatch?: string } {
  return etag.startsWith(DERIVED) ? {} : { IfMatch: `"${etag}"` };
}

/**
 * The MD5 of the bytes, where the ETag is one: not that of a multipart upload (it has a `-`), nor of an object encrypted
 * with a key of KMS or of the customer.
 */
export function md5OfEtag(etag: string, encryption: Encryption): string | undefined {
  const plain = !encryption.ServerSideEncryption?.startsWith('aws:kms') && !encryption.SSECustomerAlgorithm;
  return plain && /^[0-9a-f]{32}$/i.test(etag) ? etag.toLowerCase() : undefined;
}
