import DataLoader from 'dataloader';
import type { z } from 'zod';
import type { Connection } from '../../schema/connection-types.ts';
import type {
  DailySummary,
  DayRange,
  DeviceConnection,
  DeviceSummary,
  DevicesArgs,
  LatestReading,
  Overview,
  ReadingConnection,
  ReadingsArgs,
  Telemetry,
  TimeRange,
} from '../../schema/context.ts';
import type {
  DatasetChanges,
  DatasetInfo,
  DatasetObject,
  DatasetSize,
  ObjectContents,
  ObjectsArgs,
} from '../../schema/dataset-types.ts';
import type {
  CompareArgs,
  Comparison,
  Histogram,
  HistogramArgs,
  RankedDevice,
  TopDevicesArgs,
} from '../../schema/fleet-types.ts';
import type { NamedQuery, QueryArguments, QueryTable } from '../../schema/query-types.ts';
import type { Series, SeriesArgs } from '../../schema/series-types.ts';
import { checkRows, type QueryCatalog, type QueryParams } from '../catalog/query-catalog.ts';
import type { RollupProgress } from '../dataset/rollup-keeper.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { RunOptions } from '../engine/engine.ts';
import { inSpan } from '../observe/scope.ts';
import { turnsOf } from '../pace.ts';
import type { RollupStore } from '../rollup/store.ts';
import type { StorageSource } from '../storage/storage.ts';
import { byArguments } from './by-arguments.ts';
import { changedDays, checkVersion, datasetChanges } from './dataset-changes.ts';
import { contentsOf, objectsOf, pageOfObjects } from './dataset-objects.ts';
import { checkDays } from './day-range.ts';
import { describeDataset, sizeOf } from './describe-dataset.ts';
import { pageOfDevices } from './device-page.ts';
import { comparePeriods } from './fleet-comparison.ts';
import { type HistogramParts, histogram } from './histogram.ts';
import { histogramCounts } from './histogram-counts.ts';
import type { Holdings } from './holdings.ts';
import { type Ask, totalOfPeriod } from './period-statistics.ts';
import { type ReadingRequest, readingRequest } from './reading-request.ts';
import type { ReadingSource } from './reading-source.ts';
import { dailySummaryRow, deviceSummaryRow, latestReadingRow, overviewRow } from './rows.ts';
import { SeriesLoader } from './series-loader.ts';
import type { SeriesSource } from './series-source.ts';
import type { SummaryName, SummarySource } from './summary-source.ts';
import { checkRange } from './time-range.ts';
import { topDevices } from './top-devices.ts';

/** What is the same for all operations. */
export type DataParts = Pick<
  TelemetryParts,
  'source' | 'store' | 'holdings' | 'summaries' | 'catalog' | 'readings' | 'series'
>;

export interface TelemetryParts {
  /** Asked once, at the first question: an operation that needs no data (introspection) needs no snapshot. */
  readonly currentView: () => Promise<DatasetView>;
  readonly source: StorageSource;
  readonly store: RollupStore;
  readonly holdings: Holdings;
  readonly progress: () => RollupProgress | null;
  readonly summaries: SummarySource;
  readonly catalog: QueryCatalog;
  readonly readings: ReadingSource;
  readonly series: SeriesSource;
  /** Of every statement. */
  readonly options?: RunOptions;
}

/**
 * The read path of GraphQL and REST alike: one for each operation, over one view.
 * Keys asked for in one tick become one statement; equal questions are asked once.
 */
export class ViewTelemetry implements Telemetry {
  private readonly parts: TelemetryParts;
  private readonly answers = new Map<string, Promise<unknown>>();

  private readonly turns = turnsOf(this);

  private readonly deviceSummaries = new DataLoader<string, DeviceSummary | null>(
    async (deviceIds) =>
      inOrderOf(deviceIds, await this.query('devices', { device_ids: deviceIds }, deviceSummaryRow)),
    { batchScheduleFn: this.turns.schedule },
  );

  private readonly latest = new DataLoader<string, LatestReading | null>(
    async (deviceIds) => inOrderOf(deviceIds, await this.latestReadings(deviceIds)),
    { batchScheduleFn: this.turns.schedule },
  );

  private readonly contents = new DataLoader<string, ObjectContents | null>(
    async (keys) => {
      const { store, options = {} } = this.parts;
      return loading('object_contents', async () => contentsOf(store, await this.view(), keys, options));
    },
    { batchScheduleFn: this.turns.schedule },
  );

  private readonly days = byArguments<DayRange, readonly DailySummary[]>(
    this.turns,
    async (deviceIds, days) => {
      const ofDevice = Map.groupBy(await this.dailySummaries(deviceIds, days), (row) => row.deviceId);
      return deviceIds.map((deviceId) => ofDevice.get(deviceId) ?? []);
    },
  );

  private readonly histogramCounts = histogramCounts(this.turns, async (question) =>
    loading(question.name, async () =>
      this.parts.summaries.scan(await this.view(), question, this.parts.options ?? {}),
    ),
  );

  private readonly readingPages = byArguments<ReadingRequest, ReadingConnection>(
    this.turns,
    async (deviceIds, request) =>
      loading('readings', async () =>
        this.parts.readings.pages(await this.view(), deviceIds, request, this.parts.options ?? {}),
      ),
  );

  private readonly readingCounts = byArguments<TimeRange, number>(this.turns, async (deviceIds, range) =>
    loading('reading_count', async () =>
      this.parts.readings.count(await this.view(), deviceIds, range, this.parts.options ?? {}),
    ),
  );

  private readonly seriesLoader: SeriesLoader;

  constructor(parts: TelemetryParts) {
    this.parts = parts;
    this.seriesLoader = new SeriesLoader({
      source: parts.series,
      view: () => this.view(),
      deviceSummary: (deviceId) => this.deviceSummary(deviceId),
      options: parts.options ?? {},
      turns: this.turns,
    });
  }

  async dataset(): Promise<DatasetInfo> {
    const { source, progress, summaries } = this.parts;
    return describeDataset(await this.view(), source, progress(), summaries.grain);
  }

  datasetSize(): Promise<DatasetSize> {
    const { holdings, options = {} } = this.parts;
    return this.once('dataset_size', async () => sizeOf(await this.view(), holdings, options));
  }

  async objects(args: ObjectsArgs): Promise<Connection<DatasetObject>> {
    const { holdings, options = {} } = this.parts;
    const objects = await this.once('objects', async () => objectsOf(await this.view(), holdings, options));
    return this.once(JSON.stringify(['objects', args]), async () => pageOfObjects(objects, args));
  }

  async objectContents({ key, status }: DatasetObject): Promise<ObjectContents | null> {
    return status === 'READ' ? this.contents.load(key) : null;
  }

  changedSince(version: string): Promise<DatasetChanges> {
    const { store, options = {} } = this.parts;
    return this.once(JSON.stringify(['changed_since', checkVersion('version', version)]), async () => {
      const view = await this.view();
      const changed = await loading('changed_since', () => changedDays(store, view, version, options));
      return datasetChanges(view.version, version, changed);
    });
  }

  async newestReading(): Promise<string | null> {
    const { entries } = await this.view();
    return entries.length === 0 ? null : (await this.overview()).lastTimestamp;
  }

  overview(): Promise<Overview> {
    return this.once('overview', async () => {
      const [row] = await this.query('overview', {}, overviewRow);
      return row as Overview;
    });
  }

  async devices(args: DevicesArgs): Promise<DeviceConnection> {
    const { summaries, options = {} } = this.parts;
    const view = await this.view();
    const source = summaries.sourceOf(view, 'devices');
    const connection = await this.once(JSON.stringify(['devices', args]), () =>
      loading('devices', () =>
        pageOfDevices(
          {
            summarySql: source.sql,
            latestSql: summaries.sourceOf(view, 'device_latest').sql,
            newestReading: () => this.newestReading(),
            run: (scan) => source.run(scan, options),
          },
          args,
        ),
      ),
    );
    for (const { node } of connection.edges) this.deviceSummaries.prime(node.deviceId, node);
    return connection;
  }

  deviceSummary(deviceId: string): Promise<DeviceSummary | null> {
    return this.deviceSummaries.load(deviceId);
  }

  async deviceDailySummaries(deviceId: string, days: DayRange): Promise<readonly DailySummary[]> {
    return this.days.load({ deviceId, args: checkDays(days) });
  }

  async dailySummaries(
    deviceIds: readonly string[] | null,
    days: DayRange,
  ): Promise<readonly DailySummary[]> {
    const { from, to, timeZone } = checkDays(days);
    const params = { device_ids: distinct(deviceIds), from, to, time_zone: timeZone };
    return this.once(JSON.stringify(['daily_summary', params]), () =>
      this.query('daily_summary', params, dailySummaryRow),
    );
  }

  latestReading(deviceId: string): Promise<LatestReading | null> {
    return this.latest.load(deviceId);
  }

  latestReadings(deviceIds: readonly string[] | null): Promise<readonly LatestReading[]> {
    const params = { device_ids: distinct(deviceIds) };
    return this.once(JSON.stringify(['device_latest', params]), () =>
      this.query('device_latest', params, latestReadingRow),
    );
  }

  namedQuery(query: NamedQuery, args: QueryArguments, path = ''): Promise<QueryTable> {
    const { catalog, options = {} } = this.parts;
    return this.once(JSON.stringify(['query', query.name, args, path]), () =>
      loading(query.name, async () => catalog.table(await this.view(), query, args, { ...options, path })),
    );
  }

  topDevices(args: TopDevicesArgs): Promise<readonly RankedDevice[]> {
    return this.once(JSON.stringify(['top_devices', args]), () => topDevices(this.ask, args));
  }

  compare(args: CompareArgs): Promise<Comparison> {
    return this.once(JSON.stringify(['compare', args]), () => comparePeriods(this.ask, args));
  }

  histogram(args: HistogramArgs): Promise<Histogram> {
    const total: HistogramParts['total'] = (period) =>
      this.once(JSON.stringify(['period_total', period]), () => totalOfPeriod(this.ask, period));
    return this.once(JSON.stringify(['histogram', args]), () =>
      histogram({ counts: this.histogramCounts, total }, args),
    );
  }

  async readings(deviceId: string, args: ReadingsArgs): Promise<ReadingConnection> {
    return this.readingPages.load({ deviceId, args: readingRequest(deviceId, args) });
  }

  async readingCount(deviceId: string, range: TimeRange): Promise<number> {
    return this.readingCounts.load({ deviceId, args: checkRange(range) });
  }

  deviceSeries(deviceId: string, args: SeriesArgs): Promise<Series | null> {
    return this.seriesLoader.load(deviceId, args);
  }

  async series(deviceIds: readonly string[] | null, args: SeriesArgs): Promise<readonly Series[]> {
    return this.seriesLoader.loadMany(deviceIds ?? (await this.deviceIds()), args);
  }

  private async deviceIds(): Promise<string[]> {
    const summaries = await this.once('every device', () =>
      this.query('devices', { device_ids: null }, deviceSummaryRow),
    );
    for (const summary of summaries) this.deviceSummaries.prime(summary.deviceId, summary);
    return summaries.map(({ deviceId }) => deviceId);
  }

  private readonly ask: Ask = async (question) => {
    const { summaries, options = {} } = this.parts;
    return loading(question.name, async () => summaries.answer(await this.view(), question, options));
  };

  private async query<T>(name: SummaryName, params: QueryParams, rowSchema: z.ZodType<T>): Promise<T[]> {
    const { summaries, options = {} } = this.parts;
    return loading(name, async () =>
      checkRows(name, await summaries.run(await this.view(), name, params, options), rowSchema),
    );
  }

  private view(): Promise<DatasetView> {
    return this.once('view', this.parts.currentView);
  }

  private once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.answers.get(key);
    if (known !== undefined) return known as Promise<T>;
    const answer = ask();
    this.answers.set(key, answer);
    return answer;
  }
}

/** All that one batch of keys takes, in a trace. */
const loading = <T>(name: string, load: () => Promise<T>) => inSpan(`load ${name}`, load);

function inOrderOf<T extends { readonly deviceId: string }>(
  deviceIds: readonly string[],
  rows: readonly T[],
): (T | null)[] {
  const byId = new Map(rows.map((row) => [row.deviceId, row]));
  return deviceIds.map((deviceId) => byId.get(deviceId) ?? null);
}

function distinct(deviceIds: readonly string[] | null): string[] | null {
  return deviceIds && [...new Set(deviceIds)];
}
