/** Drawn in the colour of the text beside them, and left out by screen readers: a text always stands beside. */
const SHAPES = {
  bolt: 'M9.5 1.5 3.5 9h4l-1 5.5 6-7.5h-4z',
  flame:
    'M8 1.5c.6 2.6 3.9 4 3.9 7.6A3.9 3.9 0 0 1 8 13.9a3.9 3.9 0 0 1-3.9-4.3c.1-1.6 1-2.4 1.5-3.5.6.5.9 1 1 1.7C7.700 6.300 8.300 4 8 1.500z',
  low: 'M2.500 5h10v6h-10zM14 7v2M4 6.500v3',
  silent: 'M3 5.500h2.500L8.500 3v10l-3-2.500H3zM11 6.500l3 3M14 6.500l-3 3',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1.500v1.500M8 13v1.500M1.500 8H3M13 8h1.500M3.400 3.400l1.100 1.100M11.500 11.500l1.100 1.100M12.600 3.400l-1.100 1.100M4.500 11.500l-1.100 1.100',
  moon: 'M13 9.500A5.500 5.500 0 0 1 6.500 3a5.500 5.500 0 1 0 6.500 6.500z',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  key: 'M10.500 2.500a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8.300 7.700 2.500 13.500M4.500 11.500l1.500 1.500',
  up: 'M8 3.500v9M4 7.500l4-4 4 4',
  down: 'M8 3.500v9M4 8.500l4 4 4-4',
  left: 'M10 3.500 5.500 8l4.500 4.500',
  right: 'M6 3.500 10.500 8 6 12.500',
  plus: 'M8 3.500v9M3.500 8h9',
  minus: 'M3.500 8h9',
  whole: 'M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10',
  download: 'M8 2.500v8M4.500 7.500 8 11l3.500-3.500M2.500 13.500h11',
  warning: 'M8 2.500 14 13H2zM8 6.500v3M8 11.200v.300',
  check: 'M3 8.500l3.500 3.500L13 4.500',
  external: 'M9.500 2.500h4v4M13.500 2.500l-6 6M11.500 9v4.500h-9v-9H7',
} as const;

export type IconName = keyof typeof SHAPES;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} />
    </svg>
  );
}
