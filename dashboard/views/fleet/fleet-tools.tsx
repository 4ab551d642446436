import { useEffect, useRef, useState } from 'preact/hooks';
import { STATE_TEXTS } from '../../telemetry/states.ts';
import { count } from '../../text/format.ts';
import { change } from './change.ts';
import { FILTER_STATES, type FleetAddress } from './fleet-url.ts';

/** So long nobody types before it is asked. */
const PAUSE_MS = 250;

/** Search and filters. They are in the address, so that a link shows the same devices. */
export function FleetTools({ address, total }: { readonly address: FleetAddress; readonly total: number }) {
  const isNarrowed = address.find !== '' || address.state !== null;
  return (
    <div class="tools">
      <search class="tools-row">
        <Search find={address.find} />
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
        {isNarrowed && ' match'}{' '}
        {isNarrowed && (
          <button type="button" class="button button-link" onClick={() => change({ find: '', state: null })}>
            Show all
          </button>
        )}
      </p>
    </div>
  );
}

function Search({ find }: { readonly find: string }) {
  const [text, setText] = useState(find);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // Whoever goes back, or shows all, sees what is looked for then.
  useEffect(() => setText(find), [find]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <label class="field-inline">
      <span class="visually-hidden">Find devices</span>
      <input
        type="search"
        placeholder="Find a device"
        value={text}
        onInput={(event) => {
          const typed = event.currentTarget.value;
          setText(typed);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => change({ find: typed.trim() }, { replace: true }), PAUSE_MS);
        }}
      />
    </label>
  );
}
