import type { LatestReading } from '../../schema/context.ts';
import type { Series, SeriesArgs } from '../../schema/series-types.ts';
import { type DatasetView, stateOf } from '../dataset/view.ts';
import { type ChangedDays, changedDays } from '../loaders/dataset-changes.ts';
import { type DataParts, ViewTelemetry } from '../loaders/telemetry.ts';

/**
 * What the subscribers of one view are told, asked once for all of them: what they ask for in one tick is one statement, and
 * equal questions are asked once. It answers of every device: who asks has left out beforehand what their viewer may not see.
 */
export class SharedAnswers {
  readonly view: DatasetView;
  private readonly parts: DataParts;
  private readonly telemetry: ViewTelemetry;
  private readonly changed = new Map<string, Promise<ChangedDays | null>>();

  constructor(view: DatasetView, parts: DataParts) {
    this.view = view;
    this.parts = parts;
    this.telemetry = new ViewTelemetry({
      ...parts,
      currentView: async () => view,
      progress: () => null,
      options: OWN_WORK,
    });
  }

  /** Whether another view has the same answers. */
  answersFor(view: DatasetView): boolean {
    return stateOf(view) === stateOf(this.view);
  }

  /** null: what changed is not known. */
  changedSince(version: string): Promise<ChangedDays | null> {
    const known = this.changed.get(version);
    if (known !== undefined) return known;
    const asked = changedDays(this.parts.store, this.view, version, OWN_WORK);
    this.changed.set(version, asked);
    return asked;
  }

  /** In the order of the devices; null: no reading of this device. */
  async latestReadings(deviceIds: readonly string[]): Promise<(LatestReading | null)[]> {
    if (this.isEmpty) return deviceIds.map(() => null);
    return Promise.all(deviceIds.map((deviceId) => this.telemetry.latestReading(deviceId)));
  }

  async series(deviceId: string, args: SeriesArgs): Promise<Series | null> {
    return this.isEmpty ? null : this.telemetry.deviceSeries(deviceId, args);
  }

  /** Questions of a view without objects are refused; its devices are just gone. */
  private get isEmpty(): boolean {
    return this.view.entries.length === 0;
  }
}

/** It is bounded by what subscriptions may ask for, and waits however many wait. */
const OWN_WORK = { unrefusable: true };
