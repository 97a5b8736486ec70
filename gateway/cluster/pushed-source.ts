import type { SourceOutcome, SupergraphSource } from '../supergraph/sources/source.ts';
import type { GivenSupergraph } from './messages.ts';

/** Gives the supergraph that another process has read. */
export class PushedSource implements SupergraphSource {
  readonly files: readonly string[] = [];
  readonly live = false;
  #last: SourceOutcome | undefined;
  #waiting: (() => void)[] = [];

  push({ supergraph, release }: GivenSupergraph): void {
    this.#last = { kind: 'supergraph', supergraph, release };
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Waits until there is one. */
  readonly load = async (): Promise<SourceOutcome> => {
    while (this.#last === undefined) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#last;
  };

  readonly close = async (): Promise<void> => {};
}
