import type { Reading } from '../../schema/context.ts';
import type { instantWriter } from './instants.ts';
import type { READING_COLUMNS } from './reading-scan.ts';

/** The rows of a scan, and what their numbers stand for. */
export interface ReadingTable {
  readonly columns: Readonly<Record<(typeof READING_COLUMNS)[number], Float64Array>>;
  readonly deviceIds: readonly string[];
  /** Of the objects by ordinal. */
  readonly keys: readonly string[];
  readonly instant: ReturnType<typeof instantWriter>;
}

/**
 * A row, and its place. It is made of its numbers when it is asked for: ten thousand rows at once would keep the garbage
 * collector busy for longer than the engine took to find them.
 */
export class PlacedReading {
  private readonly table: ReadingTable;
  private readonly index: number;

  constructor(table: ReadingTable, index: number) {
    this.table = table;
    this.index = index;
  }

  get deviceId(): string {
    return this.table.deviceIds[this.number('device') - 1] ?? '';
  }

  get node(): Reading {
    return {
      deviceId: this.deviceId,
      timestamp: this.table.instant(this.number('millis'), this.number('micros')),
      voltage: this.measure('voltage'),
      temperature: this.measure('temperature'),
      soc: this.measure('soc'),
    };
  }

  get key(): string {
    return this.table.keys[this.number('object_ordinal')] ?? '';
  }

  get row(): number {
    return this.number('row_number');
  }

  private measure(column: 'voltage' | 'temperature' | 'soc'): number | null {
    const value = this.number(column);
    return Number.isNaN(value) ? null : value;
  }

  private number(column: (typeof READING_COLUMNS)[number]): number {
    return this.table.columns[column][this.index] as number;
  }
}
