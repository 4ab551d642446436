/** How values are written: English, 24 hours, and in the unit that the API gives. */

const MISSING = '–';

const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 });

export function count(value: number): string {
  return whole.format(value);
}

/** 1,019,016 → 1.019M; what is below a million is written out. */
export function shortCount(value: number): string {
  return Math.abs(value) < 1_000_000 ? whole.format(value) : compact.format(value);
}

export type MetricName = 'voltage' | 'temperature' | 'soc';

export const METRICS: readonly MetricName[] = ['voltage', 'temperature', 'soc'];

export const METRIC_TEXTS: Readonly<
  Record<MetricName, { readonly label: string; readonly unit: string; readonly digits: number }>
> = {
  voltage: { label: 'Voltage', unit: 'V', digits: 2 },
  temperature: { label: 'Temperature', unit: '°C', digits: 1 },
  soc: { label: 'State of charge', unit: '%', digits: 1 },
};

/** `52.31 V`; a missing value is a dash. */
export function measured(metric: MetricName, value: number | null | undefined): string {
  if (value === null || value === undefined) return MISSING;
  const { unit, digits } = METRIC_TEXTS[metric];
  return `${value.toFixed(digits)} ${unit}`;
}

/** The same without the unit, for columns that have it in their head. */
export function bare(metric: MetricName, value: number | null | undefined): string {
  return value === null || value === undefined ? MISSING : value.toFixed(METRIC_TEXTS[metric].digits);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export function bytes(value: number): string {
  const power = value < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(value) / 10));
  const scaled = value / 1024 ** power;
  return `${power === 0 ? scaled : scaled.toFixed(scaled < 10 ? 1 : 0)} ${UNITS[power]}`;
}

export function share(value: number): string {
  // 99.96 % is not all.
  return `${value < 1 ? Math.min(99.9, Math.floor(value * 1000) / 10) : 100} %`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in its two largest units: `4 d 8 h`, `12 min`, `40 s`. */
export function duration(ms: number): string {
  const parts = (large: number, largeUnit: string, small: number, smallUnit: string) => {
    const whole = Math.floor(ms / large);
    const rest = Math.floor((ms % large) / small);
    return rest === 0 ? `${whole} ${largeUnit}` : `${whole} ${largeUnit} ${rest} ${smallUnit}`;
  };
  if (ms >= DAY) return parts(DAY, 'd', HOUR, 'h');
  if (ms >= HOUR) return parts(HOUR, 'h', MINUTE, 'min');
  if (ms >= MINUTE) return `${Math.floor(ms / MINUTE)} min`;
  return `${Math.max(0, Math.floor(ms / SECOND))} s`;
}
