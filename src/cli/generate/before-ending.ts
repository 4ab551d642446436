import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Tidies up when a signal ends the process, which then ends as the signal alone would have ended it.
 * @param tidy nothing that takes time: nothing is waited for
 * @returns what calls it off
 */
export function beforeEnding(tidy: () => void): () => void {
  const callOff = () => {
    for (const signal of SIGNALS) process.off(signal, end);
  };
  const end = (signal: NodeJS.Signals) => {
    callOff();
    try {
      tidy();
    } finally {
      process.kill(process.pid, signal);
      // The first process of a container is spared by signals that it does not listen to.
      process.exit(128 + constants.signals[signal]);
    }
  };
  for (const signal of SIGNALS) process.on(signal, end);
  return callOff;
}
