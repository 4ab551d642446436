import { expect, test } from 'vitest';
import { LOCAL_VIEWER, viewerOf } from '../../src/http/viewer.ts';

test.each([
  ['203.0.113.7', null, 0, '203.0.113.7'],
  ['::ffff:203.0.113.7', null, 0, '203.0.113.7'],
  ['127.0.0.1', null, 0, LOCAL_VIEWER],
  ['::1', null, 0, LOCAL_VIEWER],
  [undefined, null, 0, LOCAL_VIEWER],
  // Without a proxy that is trusted, the header is anybody's word.
  ['203.0.113.7', '198.51.100.1', 0, '203.0.113.7'],
  // Nor is anybody here who comes by way of a proxy on this machine.
  ['127.0.0.1', '198.51.100.1', 0, 'local proxy'],
  ['203.0.113.7', '127.0.0.1', 1, 'local proxy'],
  ['10.0.0.1', '::1', 1, 'local proxy'],
  ['127.0.0.1', '198.51.100.1', 1, '198.51.100.1'],
  ['10.0.0.1', '6.6.6.6, 198.51.100.1', 1, '198.51.100.1'],
  ['10.0.0.1', '6.6.6.6, 198.51.100.1, 10.0.0.2', 2, '198.51.100.1'],
  ['10.0.0.1', '198.51.100.1', 5, '198.51.100.1'],
  ['10.0.0.1', null, 1, '10.0.0.1'],
  ['10.0.0.1', ' , ', 1, '10.0.0.1'],
  ['10.0.0.1', '198.51.100.1:5123', 1, '198.51.100.1'],
  ['10.0.0.1', '[2001:db8::1]:5123', 1, '2001:db8:0:0::/64'],
  // A whole network of IPv6 is one viewer.
  ['2001:db8:1:2:3:4:5:6', null, 0, '2001:db8:1:2::/64'],
  ['2001:db8:1:2::99', null, 0, '2001:db8:1:2::/64'],
  ['fe80::1%eth0', null, 0, 'fe80:0:0:0::/64'],
  ['10.0.0.1', 'unknown', 1, 'unknown'],
])('%s, forwarded for %s, %d proxies: %s', (peer, forwardedFor, proxies, expected) => {
  expect(viewerOf(peer, forwardedFor, proxies)).toBe(expected);
});
