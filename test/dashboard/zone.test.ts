import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** Opens an address. @param chosen the zone of before @returns what the address is then, and the zone of the times */
async function opened(address: string, chosen: string | null) {
  const place = new URL(address, 'http://service');
  const history = {
    replaceState: (_state: null, _title: string, href: string) => {
      place.search = new URL(href, place).search;
    },
  };
  vi.stubGlobal('window', { location: place, history });
  vi.stubGlobal('localStorage', { getItem: () => chosen });
  vi.resetModules();
  const { addressZone, zone } = await import('../../dashboard/settings/zone.ts');
  addressZone();
  return { address: place.pathname + place.search, zone: zone.value };
}

test('an address shows the same to everybody: it names its zone, also the usual one', async () => {
  for (const writer of [null, 'UTC', 'Europe/Berlin', 'Mars']) {
    const sent = await opened('/dashboard/devices/a?range=all', writer);
    for (const reader of [null, 'UTC', 'Asia/Tokyo']) {
      expect(await opened(sent.address, reader)).toEqual(sent);
    }
  }
});

test('an address that names no zone, or none that there is, gets the one of before', async () => {
  for (const address of ['/', '/?tz=Mars']) {
    expect(await opened(address, 'Asia/Tokyo')).toEqual({ address: '/?tz=Asia%2FTokyo', zone: 'Asia/Tokyo' });
    expect(await opened(address, null)).toEqual({ address: '/?tz=UTC', zone: 'UTC' });
  }
});
