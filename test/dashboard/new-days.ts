import { cp, rename } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { Visitor } from '../support/visitor.ts';

const REFRESH_TOKEN = 'a-token-for-tests-only';
/** Nothing is listed but when a test says so. */
export const BY_HAND = { REFRESH_TOKEN, REFRESH_SECONDS: '86400' };
const [FIRST_DAY, SECOND_DAY] = ['date=2026-03-27', 'date=2026-03-28'];
export const IN_SECOND_DAY = '28 Mar 2026, 23:59';

export const way = ({ page }: Visitor, text: string) =>
  page.locator('.snapshot-bar').getByText(text, { exact: true });
export const asked = (visitor: Visitor) => visitor.takeQuestions().map(({ operation }) => operation);
export const idle = ({ page }: Visitor) =>
  expect.poll(() => page.locator('.content[aria-busy="true"]').count()).toBe(0);

export const refresh = async (url: string, token = REFRESH_TOKEN) => {
  const headers = { authorization: `Bearer ${token}` };
  const { status } = await fetch(`${url}/refresh`, { method: 'POST', headers });
  expect(status).toBe(200);
};

/** The days of a fleet, of which the second comes later. @param fleet the folder of the fleet's objects */
export function daysOf(fleet: () => string) {
  const firstDay = async () => {
    const data = await temporaryFolder();
    await cp(path.join(fleet(), FIRST_DAY), path.join(data, FIRST_DAY), { recursive: true });
    return data;
  };
  const addSecondDay = async (data: string) => {
    const aside = path.join(await temporaryFolder(), SECOND_DAY);
    await cp(path.join(fleet(), SECOND_DAY), aside, { recursive: true });
    await rename(aside, path.join(data, SECOND_DAY));
  };
  return { firstDay, addSecondDay };
}
