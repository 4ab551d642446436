const FORM =
  /^P(?=.)(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?$/;
const UNITS_MS = [7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000];

/**
 * The length of an ISO 8601 duration in milliseconds: weeks, days of 24 hours, hours, minutes and seconds.
 * @throws RangeError for any other text, and for numbers so long that no instant lies so far back
 */
export function durationMs(text: string): number {
  const parts = FORM.exec(text)?.slice(1);
  if (parts === undefined) throw new RangeError(`expected an ISO 8601 duration like PT2H, but got: ${text}`);
  const ms = parts.reduce((sum, part, index) => sum + Number(part ?? 0) * (UNITS_MS[index] ?? 0), 0);
  return Math.round(ms);
}
