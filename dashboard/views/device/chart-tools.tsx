import { changeSearch } from '../../navigation/location.ts';
import { Icon, type IconName } from '../../parts/icons.tsx';
import { fitted, isWhole, moved, type Span, zoomed } from '../../telemetry/resolution.ts';
import { chooseRange, RANGES, type RangeName } from './device-url.ts';
import type { Look } from './look.ts';

interface ChartToolsProps {
  readonly span: Span;
  readonly whole: Span;
  readonly range: RangeName | null;
  readonly look: Look;
}

/** What drag, wheel and keys do, as buttons: for touch, and for whoever does not know them. */
export function ChartTools({ span, whole, range, look }: ChartToolsProps) {
  const all = isWhole(span, whole);
  return (
    <div class="tools-row">
      <fieldset class="segments">
        <legend class="visually-hidden">Time shown</legend>
        {(Object.keys(RANGES) as RangeName[]).map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="range"
              checked={range === name}
              onChange={() => changeSearch((search) => chooseRange(search, name))}
            />
            <span>{RANGES[name].label}</span>
          </label>
        ))}
      </fieldset>
      <span class="button-group">
        <Tool
          icon="left"
          label="Earlier"
          isOff={span.from <= whole.from}
          act={() => look((now) => moved(now, -0.5, whole))}
        />
        <Tool icon="plus" label="Zoom in" isOff={false} act={() => look((now) => zoomed(now, 0.5, whole))} />
        <Tool icon="minus" label="Zoom out" isOff={all} act={() => look((now) => zoomed(now, 2, whole))} />
        <Tool
          icon="right"
          label="Later"
          isOff={span.to >= whole.to}
          act={() => look((now) => moved(now, 0.5, whole))}
        />
        <Tool icon="whole" label="Show all" isOff={all} act={() => look(() => fitted(whole, whole))} />
      </span>
      <span class="muted small hint">Drag over a chart to zoom, with Shift to move.</span>
    </div>
  );
}

interface ToolProps {
  readonly icon: IconName;
  readonly label: string;
  readonly isOff: boolean;
  act(): void;
}

function Tool({ icon, label, isOff, act }: ToolProps) {
  return (
    <button
      type="button"
      class="button button-icon"
      title={label}
      aria-disabled={isOff}
      onClick={isOff ? undefined : act}
    >
      <Icon name={icon} />
      <span class="visually-hidden">{label}</span>
    </button>
  );
}
