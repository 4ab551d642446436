type StorageName = 'localStorage' | 'sessionStorage';

/**
 * One text that the browser keeps from one visit to the next. Where it keeps none (cookies are blocked, the page is in a frame of another
 * site), to look at the store throws already; the page does without then.
 */
export class StoredText {
  readonly #storage: StorageName;
  readonly #name: string;

  constructor(storage: StorageName, name: string) {
    this.#storage = storage;
    this.#name = name;
  }

  /** @returns null where there is none */
  read(): string | null {
    return this.#tried((storage) => storage.getItem(this.#name)) ?? null;
  }

  write(text: string): void {
    this.#tried((storage) => storage.setItem(this.#name, text));
  }

  remove(): void {
    this.#tried((storage) => storage.removeItem(this.#name));
  }

  #tried<Result>(act: (storage: Storage) => Result): Result | undefined {
    try {
      return act(globalThis[this.#storage]);
    } catch {
      return undefined;
    }
  }
}
