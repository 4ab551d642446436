import { useAnswer } from '../../data/use-answer.ts';
import { FleetDocument, type FleetQuery } from '../../generated/graphql.ts';
import { location } from '../../navigation/location.ts';
import { Answered } from '../../parts/answered.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { Pages } from '../../parts/pages.tsx';
import { StateLegend } from '../../parts/state-chips.tsx';
import { useTrends } from '../../parts/use-trends.ts';
import { Attention } from './attention.tsx';
import { change } from './change.ts';
import { DeviceTable } from './device-table.tsx';
import { FleetTools } from './fleet-tools.tsx';
import { type FleetAddress, fleetAddress, fleetVariables } from './fleet-url.ts';
import { Totals } from './totals.tsx';

/** All devices: how many and how fresh, which of them need somebody, and the table of them. */
export function FleetView() {
  const address = fleetAddress(location.value.search);
  const answer = useAnswer(FleetDocument, fleetVariables(address));
  return (
    <>
      <h1>Fleet</h1>
      <Answered
        answer={answer}
        what="the fleet"
        lines={8}
        ways={
          answer.failure?.code === 'INVALID_CURSOR' && (
            <button type="button" class="button" onClick={() => change({})}>
              First page
            </button>
          )
        }
      >
        {(data) => <Fleet data={data} address={address} />}
      </Answered>
    </>
  );
}

function Fleet({ data, address }: { readonly data: FleetQuery; readonly address: FleetAddress }) {
  const { overview, devices } = data;
  const { trends, failure, again } = useTrends(
    devices.edges.map(({ node }) => node.deviceId),
    overview.lastTimestamp,
  );
  return (
    <>
      <Totals data={data} />
      <Attention data={data} />
      <section class="panel" aria-labelledby="devices-heading">
        <div class="panel-head">
          <h2 id="devices-heading">Devices</h2>
          <StateLegend />
        </div>
        <FleetTools address={address} total={devices.totalCount} />
        {failure !== undefined && <FailureNotice failure={failure} again={again} />}
        <DeviceTable
          devices={devices.edges.map(({ node }) => node)}
          address={address}
          fleetNewest={overview.lastTimestamp}
          isEmptyFleet={overview.deviceCount === 0}
          trends={trends}
          areTrendsMissing={failure !== undefined}
        />
        <Pages info={devices.pageInfo} total={devices.totalCount} size={address.size} change={change} />
      </section>
    </>
  );
}
