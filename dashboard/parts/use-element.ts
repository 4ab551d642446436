import { useEffect, useRef, useState } from 'preact/hooks';

type Box = { readonly current: HTMLElement | null };

/** How wide an element is, in pixels; undefined until it is laid out. */
export function useWidth(box: Box): number | undefined {
  const [width, setWidth] = useState<number | undefined>();
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return width;
}

/** The wheel with Ctrl or ⌘, and so two fingers on a touch pad; without a key it scrolls the page, as everywhere. */
export function useWheel(box: Box, zoom: (factor: number, at: number) => void): void {
  const act = useRef(zoom);
  act.current = zoom;
  useEffect(() => {
    const element = box.current;
    const turned = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left = 0, width = 1 } = element?.getBoundingClientRect() ?? {};
      act.current(event.deltaY > 0 ? 1.25 : 0.8, Math.min(1, Math.max(0, (event.clientX - left) / width)));
    };
    // Else the browser takes it for one that lets the page scroll.
    element?.addEventListener('wheel', turned, { passive: false });
    return () => element?.removeEventListener('wheel', turned);
  }, [box]);
}
