import { hash } from 'node:crypto';
import { identityDigestOf } from '../../identity/identity-digest.ts';
import type { OperationRun } from '../../run-operation.ts';
import { connectionNames } from '../../transport/header-names.ts';
import { noTrialsOf, type TrialsOf } from '../../transport/trials-of.ts';
import type { CacheAudience, CachePolicy } from '../cache-policy.ts';
import type { OperationPolicy } from '../operation-policy.ts';
import type { KeyHeaders } from './key-headers.ts';

export interface ResponseKeysOptions {
  /** Equal for what would store and answer the same; see `contextDigestOf`. */
  readonly context: string;
  readonly keyHeaders: KeyHeaders;
  /** Tells requests apart for which other labels of `@override` are on. Default: there are none. */
  readonly labelsKeyOf?: ((run: Pick<OperationRun, 'stickyKey' | 'labels'>) => string) | undefined;
  /** Default: no endpoints are on trial. */
  readonly trialsOf?: TrialsOf | undefined;
}

/** What the answers to one request are stored under. */
export interface RequestKeys {
  /** Whether the request says who asks. */
  readonly hasCredentials: boolean;
  /** By subgraph, the groups of endpoints on trial that it goes to: their answers are for who is sent there. */
  readonly trials: ReadonlyMap<string, string>;
  /** Its key, by who may be given the answer. */
  readonly for: (audience: Exclude<CacheAudience, 'nobody'>) => string;
}

/** Longer ones are hardly ever sent twice, and take more to compare than they save. */
const keyTextMaxLength = 65_536;

/** Gives requests the same key when nothing that an answer depends on tells them apart. */
export class ResponseKeys {
  readonly #context: string;
  readonly #headers: KeyHeaders;
  readonly #labelsKeyOf: NonNullable<ResponseKeysOptions['labelsKeyOf']>;
  readonly #trialsOf: TrialsOf;

  constructor({ context, keyHeaders, labelsKeyOf = () => '', trialsOf = noTrialsOf }: ResponseKeysOptions) {
    this.#context = context;
    this.#headers = keyHeaders;
    this.#labelsKeyOf = labelsKeyOf;
    this.#trialsOf = trialsOf;
  }

  /** `undefined` for a request that shall have none. Credentials are left out of what is for everybody: it was declared not to depend on them. */
  of(run: OperationRun, { digest }: OperationPolicy): RequestKeys | undefined {
    const { variables, identity, client } = run;
    // Rules pass on nothing that this header names, so what they do depends on more than the values.
    if (connectionNames(client.headers.get('connection')).length > 0) return undefined;
    const valuesOf = (names: readonly string[]) => names.map((name) => client.headers.get(name) ?? null);
    const plain = valuesOf(this.#headers.plain);
    const trials = this.#trialsOf(run);
    const text = JSON.stringify([this.#context, digest, variables, plain, this.#labelsKeyOf(run), ...trials]);
    if (text.length > keyTextMaxLength) return undefined;
    const credentials = valuesOf(this.#headers.credentials);
    return {
      trials,
      hasCredentials: identity.kind !== 'anonymous' || credentials.some((value) => value !== null),
      for(audience) {
        const who = audience === 'identity' ? [identityDigestOf(identity), ...credentials] : [];
        return hash('sha256', `${text}\n${audience} ${JSON.stringify(who)}`, 'base64url');
      },
    };
  }

  /** See `KeyHeaders`. */
  narrow(policy: CachePolicy): CachePolicy {
    return this.#headers.narrow(policy);
  }
}
