/** From one snapshot to another. */
export interface Change {
  readonly since: string | null;
  readonly version: string;
  /** The devices that it touches; null: they are not known. */
  readonly devices: ReadonlySet<string> | null;
}

interface Link {
  readonly since: string;
  readonly version: string;
  readonly devices: ReadonlySet<string>;
}

/** The latest changes that join up to the snapshot of now, so many of them. */
export class Changes {
  readonly #most: number;
  #links: Link[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  add({ since, version, devices }: Change): void {
    if (since === version) return;
    if (since === null || devices === null || this.#links.at(-1)?.version !== since) this.#links = [];
    if (since === null || devices === null) return;
    this.#links = [...this.#links, { since, version, devices }].slice(-this.#most);
  }

  /** Whether it is known that what was answered from `since` about just these devices is the answer of `version` too. */
  areUntouched(deviceIds: readonly string[], since: string, version: string): boolean {
    if (since === version) return true;
    if (this.#links.at(-1)?.version !== version) return false;
    const first = this.#links.findLastIndex((link) => link.since === since);
    if (first === -1) return false;
    return this.#links.slice(first).every(({ devices }) => !deviceIds.some((id) => devices.has(id)));
  }
}
