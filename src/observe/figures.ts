/** How busy the connections of one engine are. */
interface EngineLoad {
  /** Statements that run, streams of exports left out. */
  readonly running: number;
  /** Statements that wait for a connection. */
  readonly queued: number;
  /** Streams that are under way. */
  readonly streaming: number;
}

interface DatasetFigures {
  readonly objects: number;
  readonly bytes: number;
  readonly rows: number;
  readonly quarantined: number;
  readonly coverage: number;
  readonly refreshedAt: Date;
}

interface BuildFigures {
  readonly objects: number;
  readonly objectsDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
}

interface AccessFigures {
  /** When the file of keys was last as the keys are that count; undefined without one. */
  readonly keysCheckedAt: Date | undefined;
  /** undefined where no tokens are taken. */
  readonly signingKeys: { readonly fetchedAt: Date | undefined; readonly hasFailed: boolean } | undefined;
}

/** What is looked up when somebody asks for the metrics, rather than counted as it happens. */
export interface Figures {
  engines(): Readonly<Record<string, EngineLoad>>;
  /** Of GraphQL and REST: how many are under way, and how many wait for their turn. */
  operations(): { readonly taken: number; readonly queued: number };
  access(): AccessFigures;
  /** How many are open. */
  subscriptions(): number;
  /** undefined before the first listing. */
  dataset(): DatasetFigures | undefined;
  /** undefined when there is none, or when a scan would have to tell. */
  newestReading(): Promise<Date | undefined>;
  /** null while no rollups are built. */
  build(): BuildFigures | null;
  responseCache(): { readonly bytes: number; readonly entries: number };
  /** undefined where objects are not cached. */
  objectCache(): { readonly bytes: number; readonly hits: number; readonly misses: number } | undefined;
}
