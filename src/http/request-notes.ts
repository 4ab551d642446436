/** What the log's line of a request tells besides, from whoever finds it out on its way. */
export class RequestNotes {
  readonly #notes = new WeakMap<Request, Record<string, unknown>>();

  /** `refused` makes a warning of the line. */
  add(request: Request, note: { viewer?: string; refused?: string; address?: string | undefined }): void {
    this.#notes.set(request, { ...this.of(request), ...note });
  }

  of(request: Request): Record<string, unknown> {
    return this.#notes.get(request) ?? {};
  }
}
