import type { Viewer } from './access/viewer.ts';
import type { Config } from './config/config.ts';
import type { Dataset } from './dataset/dataset.ts';
import { type DatasetView, inScope } from './dataset/view.ts';
import { OperationScope } from './engine/operation-scope.ts';
import { clientGone } from './http/client-gone.ts';
import type { Attempt, Operations } from './http/operation.ts';
import type { Viewers } from './http/viewer.ts';
import { type ExportParts, TableExports } from './loaders/table-exports.ts';
import { type DataParts, ViewTelemetry } from './loaders/telemetry.ts';
import { currentActivity } from './observe/scope.ts';

export interface OperationsOptions {
  readonly config: Config;
  readonly dataset: Dataset;
  readonly viewers: Viewers;
  whoAsks(request: Request): Viewer;
  readonly data: DataParts;
  readonly exports: Pick<ExportParts, 'catalog' | 'scanner' | 'holdings'>;
}

/** Answers each operation from one view, of which its viewer sees the own devices. */
export function operationsOver(options: OperationsOptions): Operations {
  return {
    maxAnswerBytes: options.config.limits.operation.answerBytes,
    begin: (request, over) => attemptOf(request, over, options),
  };
}

function attemptOf(
  request: Request,
  over: DatasetView | undefined,
  { config, dataset, viewers, whoAsks, data, exports }: OperationsOptions,
): Attempt {
  const { devices } = whoAsks(request);
  const ended = new AbortController();
  const gone = clientGone(request);
  const signal = AbortSignal.any([gone, ended.signal]);
  const options = { signal, scope: new OperationScope(viewers.of(request), config.limits.operation) };
  let view: DatasetView | undefined;
  let asked: Promise<DatasetView> | undefined;
  const currentView = () => {
    asked ??= (over ? Promise.resolve(over) : dataset.current(signal)).then((current) => {
      view = current;
      const activity = currentActivity();
      if (activity !== undefined) {
        activity.snapshot = { version: current.version, rolledUp: current.rollups !== null };
        activity.seesPart = devices !== null;
      }
      return inScope(current, devices);
    });
    return asked;
  };
  const { maxRows, timeoutMs } = config.exports;
  return {
    telemetry: new ViewTelemetry({
      ...data,
      currentView,
      progress: () => dataset.progress,
      options,
    }),
    exports: new TableExports({ ...exports, currentView, maxRows, timeoutMs, options }),
    end: () => ended.abort(),
    next: () => (view === undefined ? dataset.renew(gone) : dataset.next(view, gone)),
  };
}
