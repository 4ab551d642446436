import type { S3Client } from '@aws-sdk/client-s3';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { isRefusal } from './s3-errors.ts';

type CredentialProvider = ReturnType<typeof fromNodeProviderChain>;
type Credentials = Awaited<ReturnType<CredentialProvider>>;

/** Refusals may have another reason, so the chain, which may ask other services, is not asked at each of them. */
const RENEW_MS = 3_000;

/** The SDK's default chain, but without its memory of the files in `~/.aws`: they may be mended while we run. */
export function defaultCredentials(): CredentialProvider {
  return fromNodeProviderChain({ ignoreCache: true });
}

/**
 * The SDK keeps credentials that do not expire for ever. Has it look for them anew when the store refuses a request, and
 * makes the request once more if they differ then.
 */
export function renewRefusedCredentials(client: S3Client): void {
  const { config } = client;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let renewing: Promise<unknown> = Promise.resolve();

  const renew = (): Promise<unknown> => {
    const now = performance.now();
    if (now - renewedAt >= RENEW_MS) {
      renewedAt = now;
      // If there are none now, the refusal tells more than that.
      renewing = config.credentials({ forceRefresh: true }).catch(() => undefined);
    }
    return renewing;
  };

  client.middlewareStack.add(
    (next) => async (request) => {
      const used = await config.credentials();
      try {
        return await next(request);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        await renew();
        if (isSame(used, await config.credentials())) throw error;
        return await next(request);
      }
    },
    { step: 'initialize', name: 'renewRefusedCredentials' },
  );
}

function isSame(one: Credentials, other: Credentials): boolean {
  return (
    one.accessKeyId === other.accessKeyId &&
    one.secretAccessKey === other.secretAccessKey &&
    one.sessionToken === other.sessionToken
  );
}
