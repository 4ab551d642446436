import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Failure } from './data/failure.ts';
import { signInReason } from './data/session.ts';
import { arrivals, location, withZone } from './navigation/location.ts';
import { FLEET, type Route, routeOf } from './navigation/routes.ts';
import { Loading } from './parts/answered.tsx';
import { EmptyNotice, FailureNotice } from './parts/failure-notice.tsx';
import { Shell } from './parts/shell.tsx';
import { SignIn } from './parts/sign-in.tsx';
import { FleetView } from './views/fleet/fleet-view.tsx';

const TITLES: Readonly<Record<Route['view'], string>> = {
  fleet: 'Fleet',
  device: 'Device',
  data: 'Data',
  queries: 'Queries',
  missing: 'Not found',
};

export function App() {
  const route = routeOf(location.value.path);
  usePageChanges(route);
  return <Shell route={route}>{signInReason.value === null ? <View route={route} /> : <SignIn />}</Shell>;
}

function View({ route }: { readonly route: Route }) {
  switch (route.view) {
    case 'fleet':
      return <FleetView />;
    case 'device':
      return (
        <Later
          key={`device ${route.deviceId}`}
          load={loadDevice}
          what="the device"
          props={{ deviceId: route.deviceId }}
        />
      );
    case 'data':
      return <Later key={route.view} load={loadData} what="the data page" props={{}} />;
    case 'queries':
      return <Later key={route.view} load={loadQueries} what="the queries" props={{ name: route.name }} />;
    default:
      return (
        <>
          <h1>Not found</h1>
          <EmptyNotice title="There is no such page">
            <p>
              Go to the <a href={withZone(FLEET)}>fleet</a>.
            </p>
          </EmptyNotice>
        </>
      );
  }
}

const loadDevice = () => import('./views/device/device-view.tsx').then(({ DeviceView }) => DeviceView);
const loadData = () => import('./views/data/objects-view.tsx').then(({ ObjectsView }) => ObjectsView);
const loadQueries = () => import('./views/queries/queries-view.tsx').then(({ QueriesView }) => QueriesView);

interface LaterProps<Props> {
  readonly load: () => Promise<ComponentType<Props>>;
  readonly what: string;
  readonly props: Props;
}

/** A page whose script is fetched when somebody goes there. Each needs a key: else the last one is shown until the next is there. */
function Later<Props extends object>({ load, what, props }: LaterProps<Props>) {
  const [Loaded, setLoaded] = useState<ComponentType<Props> | undefined>();
  const [failure, setFailure] = useState<Failure | undefined>();
  useEffect(() => {
    let isGone = false;
    load().then(
      (component) => {
        if (!isGone) setLoaded(() => component);
      },
      (error) => {
        if (!isGone) setFailure(new Failure('PAGE_NOT_LOADED', String(error)));
      },
    );
    return () => {
      isGone = true;
    };
  }, [load]);
  if (failure !== undefined)
    return <FailureNotice failure={failure} again={() => window.location.reload()} />;
  return Loaded === undefined ? <Loading what={what} lines={6} /> : <Loaded {...props} />;
}

/** The title, and where the keyboard is after a link was followed. */
function usePageChanges(route: Route): void {
  const arrived = useRef(arrivals.value);
  const name = route.view === 'device' ? route.deviceId : TITLES[route.view];
  useEffect(() => {
    document.title = `${name} · Telemetry`;
  }, [name]);
  const count = arrivals.value;
  useEffect(() => {
    if (count === arrived.current) return;
    arrived.current = count;
    window.scrollTo(0, 0);
    document.querySelector<HTMLElement>('#content')?.focus({ preventScroll: true });
  }, [count]);
}
