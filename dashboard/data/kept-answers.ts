interface Kept {
  readonly version: string;
  readonly data: unknown;
}

/** The answers of one snapshot, the latest so many of them. */
export class KeptAnswers {
  readonly #most: number;
  readonly #answers = new Map<string, Kept>();

  constructor(most: number) {
    this.#most = most;
  }

  /** @param version the snapshot of now; null: it is not known, and neither is any answer */
  find(question: string, version: string | null): unknown {
    const found = this.#answers.get(question);
    if (found === undefined || found.version !== version) return undefined;
    this.#answers.delete(question);
    this.#answers.set(question, found);
    return found.data;
  }

  keep(question: string, version: string | null, data: unknown): void {
    if (version === null) return;
    this.#answers.delete(question);
    this.#answers.set(question, { version, data });
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= this.#most) return;
      this.#answers.delete(oldest);
    }
  }

  clear(): void {
    this.#answers.clear();
  }
}
