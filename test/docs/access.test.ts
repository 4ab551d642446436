import type { JWTPayload } from 'jose';
import { expect, test } from 'vitest';
import { viewerOfClaims } from '../../src/access/claims.ts';
import { parseKeys } from '../../src/access/parse-keys.ts';
import { loadConfig } from '../../src/config/config.ts';
import { codeBlocks, readText, section } from './markdown.ts';

const readme = readText('README.md');

test('the file of keys in the README is one', () => {
  const [text = ''] = codeBlocks(section(readme, 'API keys'), 'yaml');
  const { keys, tenants } = parseKeys(text);
  expect(keys.map(({ id }) => id)).toEqual(['frontend', 'north-app', 'importer']);
  expect(keys[1]?.devices).toEqual(tenants.get('north'));
});

test('the token in the README means, with the settings beside it, what the README says', () => {
  const [claims = ''] = codeBlocks(section(readme, 'Tokens'), 'json');
  const payload = JSON.parse(claims) as JWTPayload;
  const [command = ''] = codeBlocks(section(readme, 'Tokens'), 'sh');
  const settings = Object.fromEntries([...command.matchAll(/(JWT_\w+)=(\S+)/g)].map(([, ...pair]) => pair));
  const { access } = loadConfig(settings);
  if (access.mode !== 'required' || access.jwt === undefined) throw new Error('expected settings of tokens');
  expect(payload.iss).toBe(access.jwt.issuer);
  expect(access.jwt.audiences).toEqual([payload.aud]);
  expect(viewerOfClaims(payload, access.jwt.claims, new Map())).toEqual({
    id: 'jwt:auth0|64f0',
    devices: { ids: [], prefixes: ['pack-a'] },
    permissions: new Set(['read']),
  });
});
