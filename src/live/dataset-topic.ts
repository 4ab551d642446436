import type { DatasetChanges } from '../../schema/dataset-types.ts';
import { isInScope } from '../access/device-scope.ts';
import type { DeviceScope } from '../access/viewer.ts';
import { type ChangedDays, datasetChanges } from '../loaders/dataset-changes.ts';
import type { Topic } from './topic.ts';

/** Each new version, with the devices that changed, of those in the scope. */
export function datasetTopic(scope: DeviceScope | null): Topic<DatasetChanges> {
  const inScope = (changed: ChangedDays | null): ChangedDays | null =>
    changed === null || scope === null
      ? changed
      : new Map([...changed].filter(([deviceId]) => isInScope(scope, deviceId)));
  return {
    field: 'datasetChanged',
    next: async (answers, since) => {
      const changed = since === null ? null : await answers.changedSince(since);
      const payload = datasetChanges(answers.view.version, since, inScope(changed));
      return { payload, keep: () => undefined };
    },
  };
}
