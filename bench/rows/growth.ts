import { type Child, startService } from '../child.ts';
import type { Data } from '../data.ts';
import { load, median } from '../load.ts';
import { type Row, timeRow } from './row.ts';

const ROUNDS = 4;
const BODY = JSON.stringify({
  query: '{ overview { totalRows deviceCount firstTimestamp lastTimestamp } }',
});

/** A data set and the store of a service that has rolled it up and is stopped. */
export interface RolledUp {
  readonly data: Data;
  readonly state: string;
}

/** `overview` over data sets from small to large: a service for each, all up at once, asked in turns. */
export async function growthRows(sets: readonly RolledUp[]): Promise<Row[]> {
  return [
    ...(await compare(sets, 'no response cache', { RESPONSE_CACHE_MAX_BYTES: '0' })),
    ...(await compare(sets, 'through the response cache', {})),
  ];
}

async function compare(sets: readonly RolledUp[], how: string, more: Record<string, string>): Promise<Row[]> {
  const services: Child[] = [];
  try {
    for (const { data, state } of sets) {
      services.push(await startService({ ...data.settings, STATE_DIR: state, ...more }));
    }
    const latencies = services.map((): number[] => []);
    const once = async ({ url }: Child) =>
      (await load(`${url}/graphql`, [BODY], { connections: 1, seconds: 1 })).p50;
    for (const service of services) await once(service);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, service] of services.entries()) latencies[index]?.push(await once(service));
    }
    const [smallest = Number.NaN, ...larger] = latencies.map(median);
    return larger.map((latency, index) =>
      timeRow(
        {
          what: `\`overview\` over ${millions(sets[index + 1])} readings, one at a time, ${how}, p50`,
          against: `over ${millions(sets[0])} readings`,
          ours: latency,
          theirs: smallest,
          ifMissed: 'Something in the way of a request depends on the number of readings.',
        },
        1.2,
        'ms',
      ),
    );
  } finally {
    for (const service of services) await service.stop();
  }
}

const millions = (set: RolledUp | undefined) => `${(set?.data.readings ?? 0) / 1e6} million`;
