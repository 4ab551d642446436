import type { FleetQuery } from '../../generated/graphql.ts';
import { Covered, Total } from '../../parts/totals.tsx';
import { useNow } from '../../parts/use-now.ts';
import { zone } from '../../settings/zone.ts';
import { count, duration, shortCount } from '../../text/format.ts';
import { instant } from '../../text/instant.ts';

export function Totals({ data }: { readonly data: FleetQuery }) {
  const { overview, silent, hot, low } = data;
  const now = useNow();
  const { lastTimestamp } = overview;
  const concerns = Object.entries({ silent, hot, low })
    .filter(([, { totalCount }]) => totalCount > 0)
    .map(([state, { totalCount }]) => `${count(totalCount)} ${state}`);
  return (
    <ul class="totals">
      <Total label="Devices" value={count(overview.deviceCount)}>
        {concerns.length === 0 ? 'none needs attention' : concerns.join(', ')}
      </Total>
      <Total label="Readings" value={shortCount(overview.totalRows)}>
        <span title={count(overview.totalRows)}>in all objects</span>
      </Total>
      <Total
        label="Newest reading"
        value={lastTimestamp === null ? 'none' : `${duration(now - Date.parse(lastTimestamp))} ago`}
      >
        {lastTimestamp !== null && instant(lastTimestamp, zone.value)}
      </Total>
      <Covered {...overview} />
    </ul>
  );
}
