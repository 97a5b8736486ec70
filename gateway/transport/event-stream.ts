import { StringDecoder } from 'node:string_decoder';

export interface StreamedEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * Reads an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream) chunk by
 * chunk. Ids and retry times are ignored: a subscription is not resumed.
 */
export class EventStreamReader {
  readonly #maxLength: number;
  readonly #decoder = new StringDecoder('utf8');
  #line = '';
  #name = '';
  #data: string | undefined;
  #skipsLineFeed = false;
  #atStart = true;

  /** `maxLength` is the most characters of one event. */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /**
   * Calls `onEvent` for each event that `chunk` completes.
   * @throws RangeError when an event is longer than allowed.
   */
  read(chunk: Buffer, onEvent: (event: StreamedEvent) => void): void {
    const text = this.#decoder.write(chunk);
    const lineEnd = /[\r\n]/g;
    let start = 0;
    for (let match = lineEnd.exec(text); match !== null; match = lineEnd.exec(text)) {
      const end = match.index;
      // A line may end with CR LF, and a chunk between the two.
      const isSecondHalf = text[end] === '\n' && this.#skipsLineFeed && end === start;
      this.#skipsLineFeed = text[end] === '\r';
      if (!isSecondHalf) this.#endLine(this.#line + text.slice(start, end), onEvent);
      start = end + 1;
    }
    if (start < text.length) this.#skipsLineFeed = false;
    this.#line += text.slice(start);
    this.#checkLength();
  }

  #endLine(line: string, onEvent: (event: StreamedEvent) => void): void {
    this.#line = '';
    const field = this.#atStart && line.startsWith('\ufeff') ? line.slice(1) : line;
    this.#atStart = false;
    if (field !== '') {
      this.#takeField(field);
      return;
    }
    if (this.#data !== undefined) onEvent({ name: this.#name, data: this.#data });
    this.#name = '';
    this.#data = undefined;
  }

  #takeField(line: string): void {
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'event') this.#name = value;
    if (name === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    this.#checkLength();
  }

  #checkLength(): void {
    if (this.#line.length + this.#name.length + (this.#data?.length ?? 0) <= this.#maxLength) return;
    throw new RangeError(`An event is longer than ${this.#maxLength} characters.`);
  }
}
