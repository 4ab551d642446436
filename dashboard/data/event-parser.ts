import { Failure, NOT_UNDERSTOOD } from './failure.ts';

/** One event of a stream of Server-Sent Events. */
export interface SentEvent {
  readonly event: string;
  /** The last id that the stream has named, with this event or before. */
  readonly id: string | undefined;
  readonly data: string;
}

/** No event of a dashboard is nearly as long, and whoever sends one without end is no service of ours. */
const MOST_CHARACTERS = 1_000_000;

/** Takes a stream of Server-Sent Events apart, as the HTML standard has it, however it is cut into chunks. Comments are passed over. */
export class EventParser {
  readonly #most: number;
  #line = '';
  #endedByReturn = false;
  #event = '';
  #id: string | undefined;
  #data: string[] = [];
  #dataLength = 0;

  constructor(mostCharacters = MOST_CHARACTERS) {
    this.#most = mostCharacters;
  }

  /**
   * @returns the events that this chunk brings to their end
   * @throws Failure when one is too long
   */
  push(chunk: string): SentEvent[] {
    if (chunk === '') return [];
    // The line feed that belongs to a carriage return of the chunk before.
    const text = this.#endedByReturn && chunk.startsWith('\n') ? chunk.slice(1) : chunk;
    this.#endedByReturn = chunk.endsWith('\r');
    const lines = (this.#line + text).split(/\r\n|\r|\n/);
    this.#line = lines.pop() ?? '';
    const events = lines.flatMap((line) => this.#take(line) ?? []);
    this.#check(this.#line.length);
    return events;
  }

  /** @returns the event that an empty line ends */
  #take(line: string): SentEvent | undefined {
    if (line === '') return this.#end();
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'data') {
      this.#check(value.length);
      this.#data.push(value);
      this.#dataLength += value.length + 1;
    }
    return undefined;
  }

  #end(): SentEvent | undefined {
    const [event, data] = [this.#event, this.#data];
    this.#event = '';
    this.#data = [];
    this.#dataLength = 0;
    return data.length === 0 ? undefined : { event: event || 'message', id: this.#id, data: data.join('\n') };
  }

  #check(more: number): void {
    if (this.#dataLength + more > this.#most)
      throw new Failure(
        NOT_UNDERSTOOD,
        `expected an event of at most ${this.#most} characters, but got more`,
      );
  }
}
