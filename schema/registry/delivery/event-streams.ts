import type { GraphRef } from '../../feed/graph-ref.ts';
import type { RegistryLog } from '../log.ts';
import type { Artifacts } from './artifacts.ts';

/** Proxies close connections on which nothing comes for a minute. */
const beatMs = 15_000;

/** Who has not read so many events is not there any more. */
const mostUnread = 32;

const text = new TextEncoder();
const beat = text.encode(': still here\n\n');

/** Tells gateways of artifacts as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export class EventStreams {
  readonly #artifacts: Artifacts;
  readonly #log: RegistryLog;
  readonly #open = new Set<(bytes: Uint8Array) => void>();
  readonly #timer: NodeJS.Timeout;

  constructor(artifacts: Artifacts, log: RegistryLog) {
    this.#artifacts = artifacts;
    this.#log = log;
    // One timer for all of them.
    this.#timer = setInterval(() => {
      for (const send of this.#open) send(beat);
    }, beatMs).unref();
  }

  /**
   * The events of a variant: its version once at first, and whenever there is another one.
   * @throws Refusal `OVERLOADED` when too many listen already
   */
  open(ref: GraphRef): ReadableStream<Uint8Array> {
    const artifacts = this.#artifacts;
    let leave = () => false;
    const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      let told: string | undefined;
      const end = () => {
        if (leave()) controller.close();
      };
      const send = (bytes: Uint8Array) => {
        if ((controller.desiredSize ?? 0) < -mostUnread) end();
        else controller.enqueue(bytes);
      };
      const tell = async () => {
        const artifact = await artifacts.read(ref);
        if (artifact === undefined || artifact.etag === told || !this.#open.has(send)) return;
        told = artifact.etag;
        const { version, canary } = artifact;
        send(text.encode(`event: artifact\ndata: ${JSON.stringify({ version, canary })}\n\n`));
      };
      const onChange = () => {
        if (artifacts.isClosed) return end();
        tell().catch((error: unknown) => {
          this.#log.warn('A gateway could not be told of a version.', { error });
          end();
        });
      };
      const stop = artifacts.listen(ref, onChange);
      leave = () => {
        stop();
        return this.#open.delete(send);
      };
      this.#open.add(send);
      // Before the first version there is nothing else to send headers with.
      send(beat);
      onChange();
    };
    return new ReadableStream<Uint8Array>({ start, cancel: () => void leave() });
  }

  /** Ends the beat; streams end with the artifacts. */
  close(): void {
    clearInterval(this.#timer);
  }
}
