import { useEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { Failure } from '../data/failure.ts';
import { isDark } from '../settings/theme.ts';
import type { ChartModel } from './chart-model.ts';
import { alignedData, chartOptions } from './chart-options.ts';
import { FailureNotice } from './failure-notice.tsx';

interface LineChartProps {
  readonly model: ChartModel;
  readonly height: number;
  /** Told of a stretch that was dragged over, in ms. */
  onSelect?(from: number, to: number): void;
  /** Told of each step of a drag with Shift, as a share of the width. */
  onDrag?(share: number): void;
}

/** Lines over time, drawn by uPlot, which is fetched with the first of them. What they say is told in the text beside them. */
export function LineChart({ model, height, onSelect, onDrag }: LineChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLParagraphElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const shown = useRef(model);
  shown.current = model;
  const acts = useRef({ onSelect, onDrag });
  acts.current = { onSelect, onDrag };
  const [failure, setFailure] = useState<Failure | undefined>();
  const dark = isDark.value;
  const shape = JSON.stringify([
    model.zone,
    model.unit,
    model.syncKey,
    model.lines.map(({ label, colour, min }) => [label, colour, min !== undefined]),
  ]);

  // A canvas is drawn anew when colours, zone or lines change.
  useEffect(() => {
    let isGone = false;
    let observer: ResizeObserver | undefined;
    const draw = (UPlot: typeof uPlot) => {
      const element = box.current;
      if (isGone || element === null) return;
      const made = new UPlot(
        chartOptions({
          UPlot,
          width: Math.max(200, element.clientWidth),
          height,
          model: () => shown.current,
          readout: (text) => {
            if (readout.current !== null) readout.current.textContent = text;
          },
          select: (from, to) => acts.current.onSelect?.(from, to),
          drag: (share) => acts.current.onDrag?.(share),
        }),
        alignedData(shown.current),
        element,
      );
      plot.current = made;
      observer = new ResizeObserver(() =>
        made.setSize({ width: Math.max(200, element.clientWidth), height }),
      );
      observer.observe(element);
    };
    Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]).then(
      ([{ default: UPlot }]) => draw(UPlot),
      (error) => {
        if (!isGone) setFailure(new Failure('PAGE_NOT_LOADED', String(error)));
      },
    );
    return () => {
      isGone = true;
      observer?.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [dark, shape, height]);

  useEffect(() => {
    plot.current?.setData(alignedData(model), true);
  }, [model]);

  if (failure !== undefined)
    return <FailureNotice failure={failure} again={() => window.location.reload()} />;
  return (
    <div class="chart">
      <p class="chart-readout" ref={readout} aria-hidden="true" />
      <div class="chart-canvas" ref={box} role="img" aria-label={model.label} />
    </div>
  );
}
