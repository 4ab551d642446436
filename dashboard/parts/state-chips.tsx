import { type DeviceState, STATE_TEXTS } from '../telemetry/states.ts';
import { Icon, type IconName } from './icons.tsx';

const ICONS: Readonly<Record<DeviceState, IconName>> = {
  silent: 'silent',
  hot: 'flame',
  low: 'low',
  charging: 'bolt',
};

export function StateChip({ state }: { readonly state: DeviceState }) {
  return (
    <span class={`chip chip-${state}`}>
      <Icon name={ICONS[state]} />
      {STATE_TEXTS[state].label}
    </span>
  );
}

export function StateChips({ states }: { readonly states: readonly DeviceState[] }) {
  if (states.length === 0) return <span class="muted">Normal</span>;
  return (
    <span class="chips">
      {states.map((state) => (
        <StateChip key={state} state={state} />
      ))}
    </span>
  );
}

/** The rules behind the states, on the page that shows them. */
export function StateLegend() {
  return (
    <details class="legend">
      <summary>What the states mean</summary>
      <dl>
        {(Object.keys(STATE_TEXTS) as DeviceState[]).map((state) => (
          <div key={state}>
            <dt>
              <StateChip state={state} />
            </dt>
            <dd>{STATE_TEXTS[state].rule}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
