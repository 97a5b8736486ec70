import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Logger } from '../logger.ts';
import type { ToLoggable } from '../to-loggable.ts';

export interface AuditLogOptions {
  /** Absolute. */
  readonly file: string;
  /** Members of every entry. */
  readonly base: Readonly<Record<string, unknown>>;
  readonly toLoggable: ToLoggable;
  readonly log: Pick<Logger, 'error' | 'info'>;
  readonly onLost: () => void;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
}

/** Only who runs the gateway may read it. */
const fileMode = 0o600;
/** Most characters that wait for a disk that is full or slow. */
const waitingMost = 4 * 1024 * 1024;
/** Beyond this only changes find room: refusals are made by others, as many as they like. */
const waitingRefusalsMost = waitingMost / 2;
const retryMs = 1_000;

/**
 * Lines that are added to a file, one JSON object each, in the order of what happened. When the file is moved away or removed, a new one is
 * begun. Nobody waits for the disk: while it cannot be written, lines are kept as long as there is room.
 */
export class AuditLog {
  readonly #options: AuditLogOptions;
  #waiting: string[] = [];
  #length = 0;
  #handle: FileHandle | undefined;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isFailing = false;

  constructor(options: AuditLogOptions) {
    this.#options = options;
  }

  add(event: string, fields: Readonly<Record<string, unknown>>): void {
    this.#add(event, fields, waitingMost);
  }

  /** Adds what may be left out before anything else is. */
  addRefusal(event: string, fields: Readonly<Record<string, unknown>>): void {
    this.#add(event, fields, waitingRefusalsMost);
  }

  /** Writes what waits and closes the file. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#writeSoon();
    await this.#writing;
    for (const _ of this.#waiting) this.#options.onLost();
    await this.#handle?.close();
  }

  #add(event: string, fields: Readonly<Record<string, unknown>>, lengthMost: number): void {
    const { base, toLoggable, now, onLost } = this.#options;
    const entry = { time: new Date(now()).toISOString(), event, ...base, ...(toLoggable(fields) as object) };
    const line = `${JSON.stringify(entry)}\n`;
    if (this.#length + line.length > lengthMost) {
      onLost();
      return;
    }
    this.#waiting.push(line);
    this.#length += line.length;
    if (this.#timer === undefined) this.#writeSoon();
  }

  #writeSoon(): void {
    this.#timer = undefined;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      const text = lines.join('');
      try {
        await (await this.#openFile()).appendFile(text);
        this.#length -= text.length;
        this.#noteFailure(undefined);
      } catch (error) {
        this.#waiting = [...lines, ...this.#waiting];
        this.#noteFailure(error);
        this.#timer = setTimeout(() => this.#writeSoon(), retryMs).unref();
        return;
      }
    }
  }

  /** The file that is at the path now, which need not be the one that was written to before. */
  async #openFile(): Promise<FileHandle> {
    const { file } = this.#options;
    const [opened, found] = await Promise.all([this.#handle?.stat(), stat(file).catch(() => undefined)]);
    if (this.#handle !== undefined && opened?.ino === found?.ino && opened?.dev === found?.dev) return this.#handle;
    const former = this.#handle;
    this.#handle = undefined;
    await former?.close();
    this.#handle = await open(file, 'a', fileMode);
    return this.#handle;
  }

  #noteFailure(error: unknown): void {
    const { log, file } = this.#options;
    if (error !== undefined && !this.#isFailing) {
      log.error('The audit log cannot be written; its lines are kept for a while.', { file, error });
    } else if (error === undefined && this.#isFailing) log.info('The audit log can be written again.', { file });
    this.#isFailing = error !== undefined;
  }
}
