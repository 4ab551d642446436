const signals = new WeakMap<Request, AbortSignal>();

/**
 * Aborts when the client goes. The signal of a request from `node:http` is a substitute of the HTTP adapter's: as soon as a
 * statement follows it, its own `aborted` stays false for ever, and what is made of it then does not notice that the client
 * has gone. So nothing but this follows it.
 */
export function clientGone(request: Request): AbortSignal {
  let signal = signals.get(request);
  if (signal === undefined) {
    signal = followed(request.signal);
    signals.set(request, signal);
  }
  return signal;
}

function followed(substitute: AbortSignal): AbortSignal {
  const gone = new AbortController();
  const real = AbortSignal.any([substitute]);
  const abort = () => gone.abort(real.reason);
  if (real.aborted) abort();
  else real.addEventListener('abort', abort, { once: true });
  return gone.signal;
}
