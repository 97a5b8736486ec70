import type { RegoConfig } from '../../../config/authorization.ts';
import type { RegoFiles } from './read-rego-files.ts';
import { runInTime } from './run-in-time.ts';

/** The part of `LoadedPolicy` that is used: the declarations of the package leave most of it open. */
interface Instance {
  readonly entrypoints: Readonly<Record<string, number>>;
  readonly mem: { readonly buffer: ArrayBuffer };
  readonly wasmInstance: {
    readonly exports: {
      readonly builtins: () => number;
      readonly opa_json_dump: (address: number) => number;
    };
  };
  readonly evaluate: (input: unknown, entrypoint: string) => unknown;
  readonly setData: (data: unknown) => void;
}

type Builtins = Readonly<Record<string, () => unknown>>;

/** What the package exports; it declares no more than `loadPolicy`. */
interface Package {
  readonly loadPolicy: unknown;
  readonly default?: {
    readonly loadPolicySync: (
      module: object,
      memory: { readonly initial: number; readonly maximum: number },
      builtins: Builtins,
    ) => Instance;
  };
}

/** Node has it, and declares it only for browsers. */
declare const WebAssembly: { readonly compile: (bytes: Uint8Array) => Promise<object> };

const pageBytes = 64 * 1024;
const initialPages = 5;

/** What the package brings beside what is compiled into every policy. */
const packageBuiltins = ['json.is_valid', 'regex.split', 'sprintf', 'yaml.is_valid', 'yaml.marshal', 'yaml.unmarshal'];
const ownBuiltins: Builtins = { 'time.now_ns': () => Date.now() * 1_000_000 };

type Limits = Pick<RegoConfig, 'entrypoint' | 'timeout' | 'memory'>;

/** A Rego policy that was compiled to WebAssembly (https://www.openpolicyagent.org/docs/wasm), ready to decide. */
export class RegoPolicy {
  readonly #instantiate: () => Instance;
  readonly #entrypoint: string;
  readonly #timeoutMs: number;
  #instance: Instance | undefined;

  private constructor(instantiate: () => Instance, limits: Limits) {
    const instance = instantiate();
    assertBuiltins(instance);
    this.#instantiate = instantiate;
    this.#entrypoint = chooseEntrypoint(instance, limits.entrypoint);
    this.#timeoutMs = limits.timeout;
    this.#instance = instance;
  }

  /** @throws Error with a sentence that says why it cannot be used */
  static async load({ wasm, data }: RegoFiles, limits: Limits): Promise<RegoPolicy> {
    // Who configures no policy need not load what runs it.
    const { default: runtime }: Package = await import('@open-policy-agent/opa-wasm');
    if (runtime === undefined) throw new Error('The installed @open-policy-agent/opa-wasm is of another version.');
    const maximum = Math.floor(limits.memory / pageBytes);
    const module = await WebAssembly.compile(wasm);
    const instantiate = () => {
      const instance = runtime.loadPolicySync(module, { initial: initialPages, maximum }, ownBuiltins);
      instance.setData(data);
      return instance;
    };
    return new RegoPolicy(() => describingErrors(instantiate), limits);
  }

  /**
   * The value of the entry point for an input. Nothing else happens meanwhile, so it is ended when its time is over.
   * @throws Error when it has none, or needs more time or memory than it may
   */
  decide(input: unknown): unknown {
    this.#instance ??= this.#instantiate();
    const instance = this.#instance;
    // What was interrupted is in no state to go on from.
    this.#instance = undefined;
    const evaluate = () => instance.evaluate(input, this.#entrypoint);
    const results = describingErrors(() => runInTime(evaluate, this.#timeoutMs));
    this.#instance = instance;
    const [first]: readonly unknown[] = Array.isArray(results) ? results : [];
    if (typeof first === 'object' && first !== null && 'result' in first) return first.result;
    throw new Error(`The policy has no value for ${this.#entrypoint}.`);
  }
}

function chooseEntrypoint({ entrypoints }: Instance, wanted: string | undefined): string {
  const names = Object.keys(entrypoints).sort();
  const chosen = wanted ?? (names.length === 1 ? names[0] : undefined);
  if (chosen !== undefined && names.includes(chosen)) return chosen;
  const reason = wanted === undefined ? 'has several entry points' : `has no entry point ${wanted}`;
  throw new Error(`The policy ${reason}; set authorization.policies.rego.entrypoint to one of ${names.join(', ')}.`);
}

/** Told when the policy is read: else it would fail, and so deny, whenever it comes to such a call. */
function assertBuiltins(instance: Instance): void {
  const { builtins, opa_json_dump: dump } = instance.wasmInstance.exports;
  const needed: unknown = JSON.parse(readText(instance, dump(builtins())));
  const there = new Set([...packageBuiltins, ...Object.keys(ownBuiltins)]);
  const missing = Object.keys(needed ?? {}).filter((name) => !there.has(name));
  if (missing.length === 0) return;
  throw new Error(
    `The policy calls ${missing.join(', ')}, which there is not in WebAssembly; do without, or ask a server with authorization.policies.opa.`,
  );
}

function readText({ mem }: Instance, address: number): string {
  const bytes = new Uint8Array(mem.buffer);
  return new TextDecoder().decode(bytes.subarray(address, bytes.indexOf(0, address)));
}

/** What is thrown out of a policy is a text, an object with a message, or an error. */
function describingErrors<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error) throw error;
    const reason = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
    throw new Error(`The policy failed: ${String(reason)}.`);
  }
}
