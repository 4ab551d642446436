import type { FleetQuery } from '../../generated/graphql.ts';
import { withZone } from '../../navigation/location.ts';
import { deviceAddress } from '../../navigation/routes.ts';
import { Icon } from '../../parts/icons.tsx';
import { StateChip } from '../../parts/state-chips.tsx';
import { count, duration, measured } from '../../text/format.ts';
import { change } from './change.ts';
import { FILTER_STATES, type FilterState } from './fleet-url.ts';

type Concerned = FleetQuery['low']['edges'][number]['node'];

/** Which devices need somebody, the worst of each kind first. */
export function Attention({ data }: { readonly data: FleetQuery }) {
  const kinds = FILTER_STATES.filter((state) => data[state].totalCount > 0);
  return (
    <section class="panel" aria-labelledby="attention-heading">
      <div class="panel-head">
        <h2 id="attention-heading">Needs attention</h2>
      </div>
      {kinds.length === 0 ? (
        <p class="calm">
          <Icon name="check" /> No device is silent, hot or low.
        </p>
      ) : (
        <ul class="attention">
          {kinds.map((state) => (
            <Kind key={state} state={state} data={data} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Kind({ state, data }: { readonly state: FilterState; readonly data: FleetQuery }) {
  const { totalCount, edges } = data[state];
  return (
    <li class="attention-kind">
      <div class="attention-head">
        <StateChip state={state} />
        <span class="muted small">{count(totalCount)}</span>
      </div>
      <ul>
        {edges.map(({ node }) => (
          <li key={node.deviceId}>
            <a href={withZone(deviceAddress(node.deviceId))}>{node.deviceId}</a>
            <span>{reasonOf(state, node, data.overview.lastTimestamp)}</span>
          </li>
        ))}
      </ul>
      {totalCount > edges.length && (
        <button type="button" class="button button-link" onClick={() => change({ state })}>
          All {count(totalCount)}
        </button>
      )}
    </li>
  );
}

function reasonOf(state: FilterState, { latestReading }: Concerned, fleetNewest: string | null): string {
  switch (state) {
    case 'hot':
      return measured('temperature', latestReading.temperature);
    case 'low':
      return measured('soc', latestReading.soc);
    default:
      return `for ${duration(Date.parse(fleetNewest ?? latestReading.timestamp) - Date.parse(latestReading.timestamp))}`;
  }
}
