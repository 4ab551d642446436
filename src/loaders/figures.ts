import { checkRows } from '../catalog/query-catalog.ts';
import { type DatasetView, rowsOf, stateOf } from '../dataset/view.ts';
import type { Figures } from '../observe/figures.ts';
import { overviewRow } from './rows.ts';
import type { SummarySource } from './summary-source.ts';

/** What metrics tell of the view that answers now. */
export function datasetFigures(view: DatasetView | undefined): ReturnType<Figures['dataset']> {
  return (
    view && {
      objects: view.snapshot.objects.length,
      bytes: view.snapshot.bytes,
      rows: rowsOf(view.entries),
      quarantined: view.quarantined.length,
      coverage: view.coverage,
      refreshedAt: view.refreshedAt,
    }
  );
}

/** The time of the newest reading from the rollups, asked once for each state. Nobody has objects scanned for it. */
export function newestReadingOf(
  latest: () => DatasetView | undefined,
  summaries: SummarySource,
): Figures['newestReading'] {
  let known: { readonly state: string; readonly newest: Date | undefined } | undefined;
  return async () => {
    const view = latest();
    if (view === undefined || view.rollups === null || view.entries.length === 0) return undefined;
    const state = stateOf(view);
    if (known?.state === state) return known.newest;
    try {
      const [row] = await checkRows('overview', await summaries.run(view, 'overview', {}, {}), overviewRow);
      const newest = row?.lastTimestamp ? new Date(row.lastTimestamp) : undefined;
      known = { state, newest };
      return newest;
    } catch {
      // The rollups moved on, or the engine is busy: the next scrape tells, and all other figures are told now.
      return undefined;
    }
  };
}
