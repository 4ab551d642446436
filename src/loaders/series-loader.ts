import type { DeviceSummary } from '../../schema/context.ts';
import type { Series, SeriesArgs } from '../../schema/series-types.ts';
import { inSpan } from '../observe/scope.ts';
import type { Turns } from '../pace.ts';
import { byArguments } from './by-arguments.ts';
import { checkLength } from './check-limit.ts';
import { checkPoints, checkSeriesArgs, planned, type SeriesQuestion } from './series-question.ts';
import { SeriesReader, type SeriesReaderParts } from './series-reader.ts';

export interface SeriesParts extends SeriesReaderParts {
  readonly deviceSummary: (deviceId: string) => Promise<DeviceSummary | null>;
  /** Of the operation. */
  readonly turns: Turns;
}

/** Series that one operation asks for: one statement for each set of arguments and each resolution that comes of it. */
export class SeriesLoader {
  private readonly parts: SeriesParts;
  private readonly reader: SeriesReader;
  private readonly loader: ReturnType<typeof byArguments<SeriesArgs, Series | null>>;

  constructor(parts: SeriesParts) {
    this.parts = parts;
    this.reader = new SeriesReader(parts);
    this.loader = byArguments(parts.turns, async (deviceIds, args) =>
      inSpan('load series', () => this.answer(checkSeriesArgs(args), deviceIds)),
    );
  }

  /** null: there is no reading of this device. @throws ArgumentError */
  async load(deviceId: string, args: SeriesArgs): Promise<Series | null> {
    checkSeriesArgs(args);
    return this.loader.load({ deviceId, args });
  }

  /** @throws ArgumentError */
  async loadMany(deviceIds: readonly string[], args: SeriesArgs): Promise<Series[]> {
    const distinct = [...new Set(deviceIds)];
    checkLength('seriesDevices', 'deviceIds', distinct);
    const series = await Promise.all(distinct.map((deviceId) => this.load(deviceId, args)));
    return series.filter((one) => one !== null);
  }

  private async answer(question: SeriesQuestion, deviceIds: readonly string[]): Promise<(Series | null)[]> {
    const summaries = await Promise.all(deviceIds.map((deviceId) => this.parts.deviceSummary(deviceId)));
    const known = summaries.filter((summary) => summary !== null);
    const asked = known.map((summary) => planned(summary, question));
    checkPoints(asked, question);
    const series = await this.reader.read(question, asked);
    const ofDevice = new Map(series.map((one) => [one.deviceId, one]));
    return deviceIds.map((deviceId) => ofDevice.get(deviceId) ?? null);
  }
}
