import { type Asked, type Service, urlOf } from './service.ts';

/** One that runs elsewhere. */
export class RemoteService implements Service {
  private readonly base: string;
  private readonly key: string | undefined;

  constructor(base: string, key: string | undefined) {
    this.base = base.endsWith('/') ? base : `${base}/`;
    this.key = key?.trim() || undefined;
  }

  async answer(asked: Asked): Promise<Response> {
    try {
      return await fetch(urlOf(this.base, asked), {
        headers: this.key === undefined ? {} : { authorization: `Bearer ${this.key}` },
      });
    } catch (error) {
      const { host } = new URL(this.base);
      throw new Error(`expected a service at ${host}, but got: ${reasonOf(error)}`, { cause: error });
    }
  }

  async close(): Promise<void> {}
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return String(cause);
}
