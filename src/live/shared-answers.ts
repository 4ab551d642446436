import type { DeviceSummary, LatestReading } from '../../schema/context.ts';
import type { Series, SeriesArgs } from '../../schema/series-types.ts';
import { type DatasetView, stateOf } from '../dataset/view.ts';
import type { Gate } from '../engine/gate.ts';
import { patientGate } from '../engine/gates.ts';
import { type ChangedDays, changedDays } from '../loaders/dataset-changes.ts';
import {
  checkPoints,
  checkSeriesArgs,
  mostPoints,
  type PlannedSeries,
  planned,
  type SeriesQuestion,
} from '../loaders/series-question.ts';
import { SeriesReader } from '../loaders/series-reader.ts';
import { type DataParts, ViewTelemetry } from '../loaders/telemetry.ts';
import { type Asker, Batches, type Question } from './batches.ts';

/** What one subscriber asks of a view. All of it ends with the subscription. */
export interface Answers {
  readonly view: DatasetView;
  /** null: what changed is not known. */
  changedSince(version: string): Promise<ChangedDays | null>;
  /** In the order of the devices; null: no reading of this device. */
  latestReadings(deviceIds: readonly string[]): Promise<readonly (LatestReading | null)[]>;
  /**
   * In the order of what is asked; null: no reading of this device.
   * @param asked which differs in device and range alone
   * @throws ArgumentError when all of it together would be too large an answer
   */
  series(asked: readonly DeviceArgs[]): Promise<readonly (Series | null)[]>;
}

interface DeviceArgs {
  readonly deviceId: string;
  readonly args: SeriesArgs;
}

interface SeriesItem {
  readonly question: SeriesQuestion;
  readonly asked: PlannedSeries;
}

/** How much goes on at a time for subscriptions, whatever the view: series may be scans, which the rest is not to wait for. */
export interface LiveGates {
  readonly series: Gate<object>;
  readonly others: Gate<object>;
}

/** @param statements that the engine runs at a time: at most half of them are for the series of subscriptions */
export function liveGates(statements: number): LiveGates {
  const places = Math.max(1, Math.floor(statements / 2));
  return { series: patientGate(places), others: patientGate(places) };
}

/** Devices that one statement asks for. */
const MOST_DEVICES = 10_000;
/** Points that one batch of series may have: some 10 MB. Larger ones spare nothing. */
const MOST_POINTS = 100_000;

/**
 * What the subscribers of one view are told, asked once for all of them: what they ask for in one tick is one statement, and
 * equal questions are asked once. It answers of every device: who asks has left out beforehand what their viewer may not see.
 */
export class SharedAnswers {
  readonly view: DatasetView;
  private readonly parts: DataParts;
  private readonly changes: Batches<string, ChangedDays | null>;
  private readonly latest: Batches<string, LatestReading | null>;
  private readonly summaries: Batches<string, DeviceSummary | null>;
  private readonly seriesOfDevices: Batches<SeriesItem, Series>;

  constructor(view: DatasetView, parts: DataParts, gates: LiveGates) {
    this.view = view;
    this.parts = parts;
    const { series, others: gate } = gates;
    this.changes = new Batches({
      gate,
      most: 1,
      answer: (versions, signal) =>
        Promise.all(versions.map((version) => changedDays(parts.store, view, version, ownWork(signal)))),
    });
    this.latest = new Batches({
      gate,
      most: MOST_DEVICES,
      answer: (deviceIds, signal) => {
        const telemetry = this.telemetry(signal);
        return Promise.all(deviceIds.map((deviceId) => telemetry.latestReading(deviceId)));
      },
    });
    this.summaries = new Batches({
      gate,
      most: MOST_DEVICES,
      answer: (deviceIds, signal) => {
        const telemetry = this.telemetry(signal);
        return Promise.all(deviceIds.map((deviceId) => telemetry.deviceSummary(deviceId)));
      },
    });
    this.seriesOfDevices = new Batches({
      gate: series,
      most: MOST_POINTS,
      answer: (items, signal) => this.read(items, signal),
    });
  }

  /** Whether another view has the same answers. */
  answersFor(view: DatasetView): boolean {
    return stateOf(view) === stateOf(this.view);
  }

  for(asker: Asker): Answers {
    return {
      view: this.view,
      changedSince: async (version) => {
        const [changed = null] = await this.changes.ask([inOneGo(version, version)], asker);
        return changed;
      },
      latestReadings: async (deviceIds) =>
        this.isEmpty
          ? deviceIds.map(() => null)
          : this.latest.ask(
              deviceIds.map((deviceId) => inOneGo(deviceId)),
              asker,
            ),
      series: async (asked) => (this.isEmpty ? asked.map(() => null) : this.series(asked, asker)),
    };
  }

  private async series(asked: readonly DeviceArgs[], asker: Asker): Promise<(Series | null)[]> {
    const summaries = await this.summaries.ask(
      asked.map(({ deviceId }) => inOneGo(deviceId)),
      asker,
    );
    const items = asked.map(({ args }, place) => {
      const question = checkSeriesArgs(args);
      const summary = summaries[place] ?? null;
      return summary === null ? null : { question, asked: planned(summary, question) };
    });
    const known = items.filter((item) => item !== null);
    // Each subscriber by itself: what others ask for is none of their mistakes.
    if (known[0] !== undefined) {
      checkPoints(
        known.map((item) => item.asked),
        known[0].question,
      );
    }
    const found = await this.seriesOfDevices.ask(known.map(seriesQuestion), asker);
    let next = 0;
    return items.map((item) => (item === null ? null : (found[next++] ?? null)));
  }

  private read(items: readonly SeriesItem[], signal: AbortSignal): Promise<Series[]> {
    const reader = new SeriesReader({
      source: this.parts.series,
      view: async () => this.view,
      options: ownWork(signal),
    });
    return reader.read(
      (items[0] as SeriesItem).question,
      items.map(({ asked }) => asked),
    );
  }

  /** For one batch, as for an operation: what is asked of it in one tick is one statement. */
  private telemetry(signal: AbortSignal): ViewTelemetry {
    return new ViewTelemetry({
      ...this.parts,
      currentView: async () => this.view,
      progress: () => null,
      options: ownWork(signal),
    });
  }

  /** Questions of a view without objects are refused; its devices are just gone. */
  private get isEmpty(): boolean {
    return this.view.entries.length === 0;
  }
}

/** It is bounded by what subscriptions may ask for, and by the gates, and waits however many wait. */
const ownWork = (signal: AbortSignal) => ({ unrefusable: true, signal });

function inOneGo(item: string, group = ''): Question<string> {
  return { item, key: item, group, weight: 1 };
}

/**
 * Ranges that begin and end on the same days are asked for in one go, at whatever second. With others a scan would open the
 * objects of all of them for each.
 */
function seriesQuestion(item: SeriesItem): Question<SeriesItem> {
  const { question, asked } = item;
  const { from, to, ...args } = question;
  const group = JSON.stringify([args, dayOf(from), dayOf(to)]);
  const key = JSON.stringify([asked.range.deviceId, from, to, args]);
  return { item, key, group, weight: mostPoints(asked, question) };
}

const dayOf = (instant: string | null) => instant?.slice(0, 10) ?? null;
