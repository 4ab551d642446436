import { SearchBox } from '../../parts/search-box.tsx';
import { ShowAll } from '../../parts/show-all.tsx';
import { STATE_TEXTS } from '../../telemetry/states.ts';
import { count } from '../../text/format.ts';
import { change, showAll } from './change.ts';
import { FILTER_STATES, type FleetAddress } from './fleet-url.ts';

/** Search and filters. They are in the address, so that a link shows the same devices. */
export function FleetTools({ address, total }: { readonly address: FleetAddress; readonly total: number }) {
  const isNarrowed = address.find !== '' || address.state !== null;
  return (
    <div class="tools">
      <search class="tools-row">
        <SearchBox
          label="Find devices"
          placeholder="Find a device"
          find={address.find}
          change={(find) => change({ find }, { replace: true })}
        />
        <fieldset class="segments">
          <legend class="visually-hidden">State</legend>
          {[null, ...FILTER_STATES].map((state) => (
            <label key={state}>
              <input
                type="radio"
                name="state"
                checked={address.state === state}
                onChange={() => change({ state })}
              />
              <span>{state === null ? 'All' : STATE_TEXTS[state].label}</span>
            </label>
          ))}
        </fieldset>
      </search>
      <p class="muted small" role="status">
        {count(total)} {total === 1 ? 'device' : 'devices'}
        {isNarrowed && ' match'} {isNarrowed && <ShowAll label="Show all" act={showAll} />}
      </p>
    </div>
  );
}
