/** The beginning of a version tells snapshots apart well enough in a folder. */
const VERSION_LENGTH = 12;

/** A file that is cut tells so in its name, since headers are not kept with it. */
export function disposition(
  name: string,
  extension: string,
  version: string | null,
  cutAt?: number,
): Record<string, string> {
  const parts = [
    name,
    ...(version === null ? [] : [version.slice(0, VERSION_LENGTH)]),
    ...(cutAt === undefined ? [] : [`cut-at-${cutAt}-rows`]),
  ];
  return { 'content-disposition': `attachment; filename="${parts.join('-')}.${extension}"` };
}
