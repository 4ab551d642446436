/** The colours of the style sheet, for canvases, which have none. */
export interface ChartColours {
  readonly text: string;
  readonly grid: string;
  readonly gap: string;
  readonly surface: string;
  line(name: string): string;
  band(name: string): string;
}

export function chartColours(): ChartColours {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: of('muted'),
    grid: of('grid'),
    gap: of('gap'),
    surface: of('surface'),
    line: (name) => of(`line-${name}`),
    band: (name) => of(`band-${name}`),
  };
}
