import type { DeviceScope } from './viewer.ts';

/** The condition of `scopeCondition` in `dataset/`, for ids that are in memory. */
export function isInScope({ ids, prefixes }: DeviceScope, deviceId: string): boolean {
  return ids.includes(deviceId) || prefixes.some((prefix) => deviceId.startsWith(prefix));
}

/** The same devices in one way of writing: ordered, nothing twice, nothing that a prefix covers already. */
export function normalised({ ids, prefixes }: DeviceScope): DeviceScope {
  const shortest: string[] = [];
  // A prefix comes after those that it begins with.
  for (const prefix of [...prefixes].sort()) {
    if (!shortest.some((shorter) => prefix.startsWith(shorter))) shortest.push(prefix);
  }
  const alone = ids.filter((id) => !isInScope({ ids: [], prefixes: shortest }, id));
  return { ids: [...new Set(alone)].sort(), prefixes: shortest };
}

/** Names a scope: the same text for the same scope alone, however it is written. */
export function scopeKey(scope: DeviceScope | null): string {
  if (scope === null) return '';
  const { ids, prefixes } = normalised(scope);
  return JSON.stringify([ids, prefixes]);
}
