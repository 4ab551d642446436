import { ListTools } from '../../parts/list-tools.tsx';
import { STATE_TEXTS } from '../../telemetry/states.ts';
import { change, showAll } from './change.ts';
import { FILTER_STATES, type FleetAddress } from './fleet-url.ts';

export function FleetTools({ address, total }: { readonly address: FleetAddress; readonly total: number }) {
  return (
    <ListTools
      noun="device"
      one="a device"
      total={total}
      find={address.find}
      filter={{ name: 'state', legend: 'State' }}
      choices={FILTER_STATES}
      labelOf={(state) => STATE_TEXTS[state].label}
      chosen={address.state}
      search={(find) => change({ find }, { replace: true })}
      choose={(state) => change({ state })}
      showAll={showAll}
    />
  );
}
