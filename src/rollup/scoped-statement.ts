import type { DeviceScope } from '../access/viewer.ts';
import { scopeCondition } from '../dataset/scope-sql.ts';
import type { Statement } from '../engine/engine.ts';

/** The tables whose rows are of devices. `objects` and `state` have none, and are shown by way of these only. */
const OF_DEVICES = ['devices', 'device_days', 'partials', 'device_changes'];

/** Tables named with their schema, which no WITH can shadow: so `RELATIONS` names them. */
const QUALIFIED = new RegExp(`\\bmain\\.(${OF_DEVICES.join('|')})\\b`, 'g');

/**
 * A statement on the store's tables, with nothing in these but the devices of the scope. For whoever may see all devices it
 * is the statement itself.
 *
 * Every statement of ours names the tables bare, and each finds a WITH of that name instead; those with a WITH of their own
 * have theirs after it. What named queries say of the tables is within such a statement, and says `main.`.
 */
export function scopedStatement(statement: Statement, scope: DeviceScope | null): Statement {
  if (scope === null) return statement;
  const { sql: condition, params } = scopeCondition(scope);
  const onlyOf = (table: string) => `(SELECT * FROM main.${table} WHERE ${condition})`;
  // Not materialised: the conditions of the statement reach the tables, as without it.
  const shadows = OF_DEVICES.map((table) => `${table} AS NOT MATERIALIZED ${onlyOf(table)}`).join(', ');
  const body = statement.sql.replaceAll(QUALIFIED, (_, table: string) => `${onlyOf(table)} AS ${table}`);
  const own = /^\s*WITH\s/i.exec(body);
  const sql =
    own === null ? `WITH ${shadows}\n${body}` : `WITH ${shadows}, ${body.slice(own[0].length).trimStart()}`;
  return { ...statement, sql, params: { ...statement.params, ...params } };
}
