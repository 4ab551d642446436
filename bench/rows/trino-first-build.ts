import { openBuilder } from '../builder.ts';
import type { BenchCluster } from '../cluster.ts';
import type { Data } from '../data.ts';
import { sideBySide } from '../load.ts';
import { figure, type Row } from './row.ts';

const ROUNDS = 3;

/** The first build through the cluster against that of the embedded engine. One node on the same cores cannot win. */
export async function trinoFirstBuildRow({ settings }: Data, cluster: BenchCluster): Promise<Row> {
  const embedded = await openBuilder(settings);
  const onCluster = await openBuilder({ ...settings, ...cluster.settings });
  try {
    const entries = await embedded.inspect(await embedded.list());
    const build = () =>
      sideBySide(
        ROUNDS,
        () => onCluster.build(entries),
        () => embedded.build(entries),
      );
    await build();
    await cluster.takeWork();
    const { ours, theirs } = await build();
    const { cpuSeconds } = await cluster.takeWork();
    const readings = entries.reduce((sum, { rows }) => sum + rows, 0);
    const rate = (time: number) => `${figure(readings / time / 1e6)} million readings a second`;
    return {
      what: `first build, ${entries.length} objects, into a store on disk, \`ENGINE=trino\` on one node`,
      ours: `${figure(ours)} s`,
      against: 'the same with `ENGINE=duckdb`, on the same cores',
      theirs: `${figure(theirs)} s`,
      target: '–',
      measured: `${(ours / theirs).toFixed(2)}×`,
      met: null,
      ifMissed: '',
      note: `${rate(ours)} against ${rate(theirs)}; the cluster computes for ${figure(cpuSeconds / ROUNDS)} s of its cores’ time. One node on the machine of the service has nothing to win`,
    };
  } finally {
    await onCluster.close();
    await embedded.close();
  }
}
