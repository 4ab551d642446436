import { useAnswer } from '../../data/use-answer.ts';
import { ObjectListDocument, type ObjectListQuery } from '../../generated/graphql.ts';
import { location } from '../../navigation/location.ts';
import { Answered } from '../../parts/answered.tsx';
import { EmptyNotice } from '../../parts/failure-notice.tsx';
import { ListTools } from '../../parts/list-tools.tsx';
import { Pages } from '../../parts/pages.tsx';
import { ShowAll } from '../../parts/show-all.tsx';
import { change, showAll } from './change.ts';
import { ObjectTable } from './object-table.tsx';
import {
  type ObjectsAddress,
  objectsAddress,
  objectsVariables,
  STATUS_NAMES,
  type StatusName,
} from './objects-url.ts';

const STATUS_LABELS: Readonly<Record<StatusName, string>> = {
  read: 'Read',
  quarantined: 'Quarantined',
  waiting: 'Waiting',
};

/** Every object of the snapshot: what is in it, and whether it counts. */
export function ObjectList() {
  const address = objectsAddress(location.value.search);
  const answer = useAnswer(ObjectListDocument, objectsVariables(address));
  return (
    <section class="panel" aria-labelledby="objects-heading">
      <div class="panel-head">
        <h2 id="objects-heading">Objects</h2>
      </div>
      <Answered
        answer={answer}
        what="the list of objects"
        lines={8}
        ways={
          answer.failure?.code === 'INVALID_CURSOR' && (
            <button type="button" class="button" onClick={() => change({})}>
              First page
            </button>
          )
        }
      >
        {({ dataset }) => <Objects dataset={dataset} address={address} />}
      </Answered>
    </section>
  );
}

interface ObjectsProps {
  readonly dataset: ObjectListQuery['dataset'];
  readonly address: ObjectsAddress;
}

function Objects({ dataset, address }: ObjectsProps) {
  const { objects: list, isWhole } = dataset;
  if (list.totalCount === 0 && !isNarrowed(address)) {
    return (
      <p class="muted">
        {isWhole
          ? 'There is none yet.'
          : 'Those are listed whose key names a device that you may see (device_id=…/). None does.'}
      </p>
    );
  }
  return (
    <>
      <ObjectTools address={address} total={list.totalCount} />
      {list.edges.length === 0 ? (
        <EmptyNotice title="No object matches">
          <p>
            Look for a part of its key, or <ShowAll label="show all" act={showAll} />.
          </p>
        </EmptyNotice>
      ) : (
        <ObjectTable objects={list.edges.map(({ node }) => node)} address={address} />
      )}
      <Pages info={list.pageInfo} total={list.totalCount} size={address.size} change={change} />
    </>
  );
}

const isNarrowed = ({ find, status }: ObjectsAddress) => find !== '' || status !== null;

function ObjectTools({ address, total }: { readonly address: ObjectsAddress; readonly total: number }) {
  return (
    <ListTools
      noun="object"
      one="an object"
      total={total}
      find={address.find}
      filter={{ name: 'status', legend: 'Status' }}
      choices={STATUS_NAMES}
      labelOf={(status) => STATUS_LABELS[status]}
      chosen={address.status}
      search={(find) => change({ find }, { replace: true })}
      choose={(status) => change({ status })}
      showAll={showAll}
    />
  );
}
