import type { DeviceScope } from '../access/viewer.ts';
import type { SqlValue } from '../engine/engine.ts';
import type { SqlFragment } from './telemetry-sql.ts';

/**
 * Whether the device of a row is in the scope. It stands in one expression without a join, so that rows keep the order in
 * which they are read, and the engine looks at each entry of a column's dictionary once.
 * @param isOneOf how the engine is asked whether a device is in a list that is bound
 * @returns SQL over `device_id`, true or false for every text
 */
export function scopeCondition(
  { ids, prefixes }: DeviceScope,
  isOneOf = (list: string, device: string) => `list_contains(CAST(${list} AS VARCHAR[]), ${device})`,
): SqlFragment {
  const params: Record<string, SqlValue> = {};
  const bind = (value: SqlValue) => {
    const name = `scope_${Object.keys(params).length}`;
    params[name] = value;
    return `$${name}`;
  };
  const conditions = [
    ...(ids.length === 0 ? [] : [isOneOf(bind(ids), 'device_id')]),
    ...prefixes.map((prefix) => `starts_with(device_id, ${bind(prefix)})`),
  ];
  return { sql: conditions.length === 0 ? 'false' : `(${conditions.join(' OR ')})`, params };
}
