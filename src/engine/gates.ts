import { Gate, overloaded } from './gate.ts';

/** Before the connections for statements: so many wait, and the next are refused. */
export function statementGate<Connection>(
  connections: readonly Connection[],
  maxQueued: number,
): Gate<Connection> {
  return new Gate(connections, {
    queue: {
      most: maxQueued,
      refusal: ({ waiting }) =>
        overloaded(
          'statements',
          { limit: 'queuedStatements', asked: waiting + 1, allowed: maxQueued },
          'Try again shortly',
        ),
    },
  });
}

/** Before those for streams. One takes as long as its reader: who comes when all are taken had better know at once. */
export function streamGate<Connection>(
  connections: readonly Connection[],
  maxOfViewer: number = connections.length,
): Gate<Connection> {
  const { length } = connections;
  return new Gate(connections, {
    maxPerViewer: maxOfViewer,
    queue: {
      most: 0,
      refusal: ({ held }) =>
        overloaded(
          'exports',
          held < maxOfViewer
            ? { limit: 'concurrentExports', asked: length + 1, allowed: length }
            : { limit: 'viewerExports', asked: held + 1, allowed: maxOfViewer },
          'Try again later',
        ),
    },
  });
}

/** Before work that is bounded where it is asked for: so much of it goes on at a time, the rest waits. */
export function patientGate(places: number): Gate<object> {
  return new Gate(
    Array.from({ length: places }, () => ({})),
    {},
  );
}
