import type { ComponentChildren } from 'preact';

interface PageMoveProps {
  readonly isOff: boolean;
  act(): void;
  readonly children: ComponentChildren;
}

/** A button to another page. At the last one it stays where it is, so that the keyboard does too. */
export function PageMove({ isOff, act, children }: PageMoveProps) {
  return (
    <button type="button" class="button" aria-disabled={isOff} onClick={isOff ? undefined : act}>
      {children}
    </button>
  );
}
