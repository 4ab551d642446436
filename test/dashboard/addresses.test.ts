import { expect, test } from 'vitest';
import { sortedBy } from '../../dashboard/navigation/list-address.ts';
import { deviceAddress, isPage, queryAddress, routeOf } from '../../dashboard/navigation/routes.ts';
import { fitted } from '../../dashboard/telemetry/resolution.ts';
import { changeObjects, objectsAddress, objectsVariables } from '../../dashboard/views/data/objects-url.ts';
import {
  chooseMetric,
  chooseRange,
  chooseSpan,
  metricOf,
  readingsPath,
  shownOf,
  wholeOf,
} from '../../dashboard/views/device/device-url.ts';
import { changeFleet, fleetAddress, fleetVariables } from '../../dashboard/views/fleet/fleet-url.ts';

const HOUR = 3_600_000;

test('every page has an address, and every address a page', () => {
  expect(routeOf('/')).toEqual({ view: 'fleet' });
  expect(routeOf('/dashboard')).toEqual({ view: 'fleet' });
  expect(routeOf('/dashboard/')).toEqual({ view: 'fleet' });
  expect(routeOf('/dashboard/data')).toEqual({ view: 'data' });
  expect(routeOf('/dashboard/queries')).toEqual({ view: 'queries', name: null });
  for (const id of ['pack-001', 'a/b', 'ü ?#%', '..']) {
    expect(routeOf(deviceAddress(id))).toEqual({ view: 'device', deviceId: id });
    expect(routeOf(queryAddress(id))).toEqual({ view: 'queries', name: id });
    expect(isPage(deviceAddress(id))).toBe(true);
  }
  for (const path of [
    '/dashboard/devices',
    '/dashboard/devices/a/b',
    '/dashboard/x',
    '/dashboard/devices/%E0',
  ]) {
    expect([path, routeOf(path)]).toEqual([path, { view: 'missing' }]);
  }
  for (const path of ['/graphql', '/docs', '/devices', '/dashboards']) expect(isPage(path)).toBe(false);
});

test('the fleet: what is written is what is read', () => {
  const search = new URLSearchParams('tz=Asia/Tokyo');
  const address = {
    find: 'pack',
    state: 'low',
    sort: 'soc',
    descending: true,
    size: 50,
    after: 'x',
  } as const;
  changeFleet(search, address);
  expect(fleetAddress(search)).toEqual({ ...address, before: null });
  expect(search.get('tz')).toBe('Asia/Tokyo');
  changeFleet(search, { find: '', state: null, sort: 'device', descending: false, size: 25 });
  expect(search.toString()).toBe('tz=Asia%2FTokyo');
});

test('the fleet: what is not understood counts as not said', () => {
  const search = new URLSearchParams('state=happy&sort=constructor&order=up&size=7&before=b');
  expect(fleetAddress(search)).toEqual({
    find: '',
    state: null,
    sort: 'device',
    descending: false,
    size: 25,
    after: null,
    before: 'b',
  });
});

test('the fleet: another list begins at its first page, a column that is chosen again is turned round', () => {
  const search = new URLSearchParams('after=x&sort=soc');
  changeFleet(search, sortedBy(fleetAddress(search), 'soc'));
  expect(search.toString()).toBe('sort=soc&order=desc');
  changeFleet(search, sortedBy(fleetAddress(search), 'seen'));
  expect(search.toString()).toBe('sort=seen');
});

test('the fleet: pages go both ways, and the filter is the one of the rule', () => {
  expect(fleetVariables(fleetAddress(new URLSearchParams('after=x&before=y')))).toMatchObject({
    first: 25,
    after: 'x',
  });
  const back = fleetVariables(fleetAddress(new URLSearchParams('before=y&size=10')));
  expect(back).toMatchObject({ last: 10, before: 'y' });
  expect(back).not.toHaveProperty('first');
  expect(fleetVariables(fleetAddress(new URLSearchParams('state=silent&find=a'))).filter).toEqual({
    search: 'a',
    silentFor: 'PT2H',
  });
});

test('the objects: what came last is first, and what is written is what is read', () => {
  const usual = {
    find: '',
    status: null,
    sort: 'written',
    descending: true,
    size: 25,
    after: null,
    before: null,
  };
  expect(objectsAddress(new URLSearchParams())).toEqual(usual);
  expect(objectsAddress(new URLSearchParams('status=happy&sort=toString&order=up&size=7'))).toEqual(usual);
  const search = new URLSearchParams('tz=Asia/Tokyo');
  const address = {
    find: '2026-03',
    status: 'waiting',
    sort: 'size',
    descending: true,
    size: 10,
    after: null,
    before: 'x',
  } as const;
  changeObjects(search, address);
  expect(objectsAddress(search)).toEqual(address);
  expect(objectsVariables(address)).toEqual({
    last: 10,
    before: 'x',
    filter: { search: '2026-03', status: 'WAITING' },
    orderBy: { field: 'SIZE', direction: 'DESC' },
  });
  // Another list begins at its first page; what is as usual is not said.
  changeObjects(search, { status: null });
  expect(search.has('before')).toBe(false);
  changeObjects(search, { find: '', sort: 'written', size: 25 });
  expect(search.toString()).toBe('tz=Asia%2FTokyo');
  changeObjects(search, sortedBy(objectsAddress(search), 'written'));
  expect(search.toString()).toBe('tz=Asia%2FTokyo&order=asc');
  changeObjects(search, sortedBy(objectsAddress(search), 'key'));
  expect(search.toString()).toBe('tz=Asia%2FTokyo&sort=key');
});

test('the metric of the days is in the address', () => {
  const search = new URLSearchParams('range=all');
  expect(metricOf(search)).toBe('soc');
  chooseMetric(search, 'voltage');
  expect([search.toString(), metricOf(search)]).toEqual(['range=all&metric=voltage', 'voltage']);
  chooseMetric(search, 'soc');
  expect(search.toString()).toBe('range=all');
  expect(metricOf(new URLSearchParams('metric=constructor'))).toBe('soc');
});

const WHOLE = { from: 0, to: 720 * HOUR };

test('a device: the last seven days, a range by name, or a stretch of its own', () => {
  expect(shownOf(new URLSearchParams(), WHOLE)).toEqual({
    span: { from: (720 - 168) * HOUR, to: 720 * HOUR },
    range: '7d',
  });
  expect(shownOf(new URLSearchParams('range=all'), WHOLE)).toEqual({ span: WHOLE, range: 'all' });
  // Nothing is shown from before the first reading.
  expect(shownOf(new URLSearchParams('range=30d'), { from: 700 * HOUR, to: 720 * HOUR }).span.from).toBe(
    700 * HOUR,
  );
  const own = new URLSearchParams('from=1970-01-02T00:00:00Z&to=1970-01-03T00:00:00Z');
  expect(shownOf(own, WHOLE)).toEqual({ span: { from: 24 * HOUR, to: 48 * HOUR }, range: null });
  for (const odd of ['from=x&to=y', 'from=1970-01-03T00:00:00Z&to=1970-01-02T00:00:00Z', 'range=toString']) {
    expect(shownOf(new URLSearchParams(odd), WHOLE).range).toBe('7d');
  }
});

test('a device: to show all of it is no stretch of its own, whatever its first and last millisecond', () => {
  const whole = wholeOf('2026-03-24T00:00:11.623Z', '2026-03-29T23:59:11.001Z');
  const search = new URLSearchParams();
  chooseSpan(search, fitted(whole, whole), whole);
  expect(search.toString()).toBe('range=all');
});

test('a device: what is written is what is read', () => {
  const search = new URLSearchParams('tz=UTC');
  chooseSpan(search, { from: 24 * HOUR, to: 48 * HOUR }, WHOLE);
  expect(search.toString()).toBe('tz=UTC&from=1970-01-02T00%3A00%3A00Z&to=1970-01-03T00%3A00%3A00Z');
  expect(shownOf(search, WHOLE).span).toEqual({ from: 24 * HOUR, to: 48 * HOUR });
  chooseSpan(search, WHOLE, WHOLE);
  expect(search.toString()).toBe('tz=UTC&range=all');
  chooseRange(search, '7d');
  expect(search.toString()).toBe('tz=UTC');
});

test('a download is of exactly what is shown', () => {
  expect(readingsPath('csv', 'a b', { from: 0, to: HOUR })).toBe(
    '/readings.csv?device_id=a+b&from=1970-01-01T00%3A00%3A00.000Z&to=1970-01-01T01%3A00%3A00.000Z',
  );
});
