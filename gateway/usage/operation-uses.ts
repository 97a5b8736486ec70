import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { RecordedOperation } from '../../schema/feed/usage-report.ts';
import { InputShapes, type WalkInputs } from '../operation/input-shapes.ts';
import type { Operation } from '../operation/operation.ts';
import { describeOperation } from './describe-operation.ts';
import type { OperationCounts, UsageWindow, UsedOnce } from './usage-window.ts';

/** One request of an operation. */
export interface OperationUse extends UsedOnce {
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

export interface OperationUsesOptions {
  readonly schema: GraphQLSchema;
  readonly version: number;
  /** The one that is open. */
  readonly window: () => UsageWindow;
  /** Told what an operation is recorded as. */
  readonly onDescribed?: (operation: Operation, recorded: RecordedOperation) => void;
}

/** What is worked out once for an operation. */
interface KnownOperation {
  /** `undefined` for one that is too large to be told. */
  readonly recorded: RecordedOperation | undefined;
  /** `undefined` when its variables use nothing that has a name. */
  readonly walk: WalkInputs | undefined;
  /** Of a window that may be over. */
  counts: OperationCounts | undefined;
}

const recordedMost = 1_000;
/** Nobody writes such a name or such a text. */
const nameMaxLength = 200;
const textMaxLength = 100_000;

/** Counts the uses of one supergraph. */
export class OperationUses {
  readonly #options: OperationUsesOptions;
  readonly #shapes = new InputShapes();
  readonly #known = new WeakMap<Operation, KnownOperation>();
  /** By hash: clients that write values into texts send a new one each time. */
  readonly #recorded = new LRUCache<string, RecordedOperation>({ max: recordedMost });

  constructor(options: OperationUsesOptions) {
    this.#options = options;
  }

  /** Counts a request that was answered. It never throws, and takes less than a microsecond for an operation that is known. */
  note(operation: Operation, use: OperationUse): void {
    if (operation.introspectionOnly) return;
    const window = this.#options.window();
    const known = this.#known.get(operation);
    if (known !== undefined) this.#count(known, use, window);
    else if (window.isFull) window.drop();
    // Whoever waits for the first answer does not wait for this.
    else setImmediate(() => this.#noteFirst(operation, use));
  }

  #noteFirst(operation: Operation, use: OperationUse): void {
    const window = this.#options.window();
    let known = this.#known.get(operation);
    if (known === undefined) {
      if (window.isFull) {
        window.drop();
        return;
      }
      known = this.#describe(operation);
      this.#known.set(operation, known);
    }
    this.#count(known, use, window);
  }

  #describe(operation: Operation): KnownOperation {
    const { schema, onDescribed } = this.#options;
    const recorded = describeOperation(schema, operation, (hash) => this.#recorded.get(hash));
    const { name = '', text } = recorded;
    if (name.length > nameMaxLength || text.length > textMaxLength) {
      return { recorded: undefined, walk: undefined, counts: undefined };
    }
    this.#recorded.set(recorded.hash, recorded);
    onDescribed?.(operation, recorded);
    return { recorded, walk: this.#shapes.walkerOf(schema, operation), counts: undefined };
  }

  #count(known: KnownOperation, use: OperationUse, window: UsageWindow): void {
    const { recorded } = known;
    if (recorded !== undefined && known.counts?.window !== window) {
      known.counts = window.countsOf(recorded, this.#options.version);
    }
    const counts = known.counts?.countsOf(use.client);
    if (counts === undefined) {
      window.drop();
      return;
    }
    counts.add(use);
    if (use.variables !== undefined) known.walk?.(use.variables, counts);
  }
}
