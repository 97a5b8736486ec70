import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type GraphRef, printGraphRef } from '../../../schema/feed/graph-ref.ts';
import { readTextFile } from '../../config/read-text-file.ts';

const copyMaxBytes = 65 * 1024 ** 2;

/** An artifact as the registry sent it. */
export interface CopiedArtifact {
  readonly text: string;
  readonly etag: string | undefined;
}

/** Keeps the last good artifact on disk, for a start without the registry. */
export class ArtifactCopy {
  readonly #file: string;
  /** Writes follow each other, so that the last one stays. */
  #writing: Promise<void> = Promise.resolve();

  /** Each registry has a file of its own: versions of one say nothing of those of another. */
  constructor(folder: string, url: string, graph: GraphRef) {
    const digest = createHash('sha256').update(url).digest('hex').slice(0, 8);
    this.#file = path.join(folder, `${printGraphRef(graph)}-${digest}.artifact`);
  }

  get file(): string {
    return this.#file;
  }

  /** `undefined` when there is none. What it holds is to be verified as what comes from the registry is. */
  async read(): Promise<CopiedArtifact | undefined> {
    const read = await readTextFile(this.#file, copyMaxBytes);
    if (read.kind === 'failed') return undefined;
    const end = read.text.indexOf('\n');
    const etag = read.text.slice(0, end);
    return { etag: etag === '' ? undefined : etag, text: read.text.slice(end + 1) };
  }

  /**
   * Replaces the copy as a whole or not at all.
   * @throws Error of node:fs when it cannot be written
   */
  write(artifact: CopiedArtifact): Promise<void> {
    const written = this.#writing.then(() => this.#replace(artifact));
    this.#writing = written.catch(() => {});
    return written;
  }

  /** Resolves when what was to be written is written. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  async #replace({ text, etag = '' }: CopiedArtifact): Promise<void> {
    await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    const draft = `${this.#file}.${randomUUID()}`;
    try {
      const handle = await open(draft, 'wx', 0o600);
      try {
        await handle.writeFile(`${etag}\n${text}`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, this.#file);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }
}
