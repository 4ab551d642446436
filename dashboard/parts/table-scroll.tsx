import type { ComponentChildren } from 'preact';

interface TableScrollProps {
  /** What the table is of, such as `Devices`. */
  readonly of: string;
  /** Only so tall, so it scrolls both ways. */
  readonly isTall?: boolean;
  readonly children: ComponentChildren;
}

/** A table that scrolls by itself where it is wider than the page, with the mouse and with the keys. */
export function TableScroll({ of, isTall = false, children }: TableScrollProps) {
  return (
    <section
      class={isTall ? 'table-scroll table-tall' : 'table-scroll'}
      aria-label={isTall ? `${of}, scrolls` : `${of}, scrolls sideways`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the keys
      tabIndex={0}
    >
      {children}
    </section>
  );
}
