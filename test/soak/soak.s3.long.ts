import { expect, test } from 'vitest';
import { soak } from './soak.ts';

/** The short version of `npm run soak`. */
test.each(['direct', 'cached'] as const)(
  '%s: requests of all kinds while objects come and go',
  async (mode) => {
    const { problems, held, ...report } = await soak({ requests: 20_000, mode });
    console.log(JSON.stringify(report));
    expect(problems).toEqual([]);
    expect(report.snapshots).toBeGreaterThan(3);
  },
);
