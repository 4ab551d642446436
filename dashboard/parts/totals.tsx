import type { ComponentChildren } from 'preact';
import type { FleetQuery } from '../generated/graphql.ts';
import { zone } from '../settings/zone.ts';
import { duration } from '../text/format.ts';
import { instant } from '../text/instant.ts';

type Span = Pick<FleetQuery['overview'], 'firstTimestamp' | 'lastTimestamp'>;

export function Covered({ firstTimestamp, lastTimestamp }: Span) {
  const isEmpty = firstTimestamp === null || lastTimestamp === null;
  return (
    <Total
      label="Time covered"
      value={isEmpty ? 'none' : duration(Date.parse(lastTimestamp) - Date.parse(firstTimestamp))}
    >
      {!isEmpty && `since ${instant(firstTimestamp, zone.value)}`}
    </Total>
  );
}

interface TotalProps {
  readonly label: string;
  readonly value: string;
  readonly children: ComponentChildren;
}

export function Total({ label, value, children }: TotalProps) {
  return (
    <li class="total">
      <span class="total-label">{label}</span>
      <strong class="total-value">{value}</strong>
      <span class="total-note">{children}</span>
    </li>
  );
}
