/** Takes finished files to where they shall be. */
export interface Sink {
  readonly location: string;
  /** For files in the making; gone after `close`. */
  readonly scratch: string;
  /** Moves the file, which is gone from `scratch` afterwards. */
  put(file: string, key: string): Promise<void>;
  /** The keys of the Parquet objects that are there, as `put` takes them. */
  list(): Promise<readonly string[]>;
  remove(key: string): Promise<void>;
  /** What a run has left that was broken off between `begin` and `finish`; undefined: there is no mark. */
  readMark(): Promise<string | undefined>;
  /** Leaves the mark there until `finish`: a run that is broken off leaves some of its objects. */
  begin(mark: string): Promise<void>;
  finish(): Promise<void>;
  close(): Promise<void>;
  /** Removes `scratch` at once, where the process is about to end. */
  abandon(): void;
}

/** The name of what says that a run has begun and not finished. Engines leave out what begins with this character. */
export const UNFINISHED = '_unfinished';
