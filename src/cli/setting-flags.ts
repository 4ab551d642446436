import type { CliCommand, Flags } from './command.ts';

interface SettingFlag {
  readonly flag: string;
  readonly setting: string;
  readonly what: string;
}

/** Where the readings are. */
export const DATA_FLAGS: readonly SettingFlag[] = [
  { flag: '--bucket <name>', setting: 'S3_BUCKET', what: 'the bucket that holds the objects' },
  { flag: '--prefix <text>', setting: 'S3_PREFIX', what: 'what their keys begin with' },
  {
    flag: '--endpoint <url>',
    setting: 'S3_ENDPOINT',
    what: 'of a store that is not AWS, addressed path-style',
  },
  { flag: '--region <name>', setting: 'AWS_REGION', what: 'of the bucket' },
  {
    flag: '--data-dir <folder>',
    setting: 'DATA_DIR',
    what: 'a folder of Parquet files in the place of a bucket',
  },
];

export const SERVER_FLAGS: readonly SettingFlag[] = [
  { flag: '--host <address>', setting: 'HOST', what: 'where it listens' },
  { flag: '--port <number>', setting: 'PORT', what: 'where it listens; 0: any that is free' },
  ...DATA_FLAGS,
  { flag: '--state-dir <folder>', setting: 'STATE_DIR', what: 'where it keeps its rollups' },
];

/** Adds them, each with the setting that it stands for. */
export function withSettings(command: CliCommand, flags: readonly SettingFlag[]): CliCommand {
  for (const { flag, setting, what } of flags) command.option(flag, `${what} (${setting})`);
  return command;
}

/**
 * The environment with what the flags say in place of it. A bucket that is named goes before a folder of the environment, and a
 * folder before a bucket: one of them is meant.
 */
export function settingsOf(
  given: Flags,
  flags: readonly SettingFlag[],
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const named = flags.flatMap(({ flag, setting }) => {
    const value = given[optionName(flag)];
    return typeof value === 'string' ? [[setting, value] as const] : [];
  });
  const settings = { ...environment, ...Object.fromEntries(named) };
  const isNamed = (setting: string) => named.some(([name]) => name === setting);
  if (isNamed('S3_BUCKET') && !isNamed('DATA_DIR')) settings['DATA_DIR'] = undefined;
  if (isNamed('DATA_DIR') && !isNamed('S3_BUCKET')) settings['S3_BUCKET'] = undefined;
  return settings;
}

function optionName(flag: string): string {
  const [long = ''] = flag.split(' ');
  return long.slice(2).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
