import { afterAll, expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { datasets } from '../support/datasets.ts';
import { expectReadMode } from '../support/expect-read-mode.ts';
import { Places } from '../support/places.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const places = new Places();
afterAll(() => places.stop());

const QUERY = '{ hourlyAvg { rows { deviceId hour avgVoltage avgTemperature avgSoc } truncated } }';

test('hourly_avg, as it is written, answers the same in all three modes, in GraphQL and REST', async () => {
  const directory = await temporaryFolder();
  await datasets.plain(directory);
  const answers = [];
  for (const mode of ['local', 'direct', 'cached'] as const) {
    const place = await places.put(directory, mode);
    const app = await startApp(place.environment);
    try {
      await expectReadMode(app, mode);
      const { hourlyAvg } = await app.ask<{ hourlyAvg: { rows: Record<string, unknown>[] } }>(QUERY);
      const rest = await (await app.get('/queries/hourly_avg')).json();
      expect(rest.rows.map(Object.values)).toEqual(hourlyAvg.rows.map(Object.values));
      answers.push(hourlyAvg.rows.map((row) => Object.values(row).map(rounded)));
    } finally {
      await app.close();
      await place.remove();
    }
  }
  expect(answers[0]).toHaveLength(6 * 6 * 24);
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

/** `avg` adds doubles in whatever order the threads finish. */
function rounded(value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(12)) : value;
}
