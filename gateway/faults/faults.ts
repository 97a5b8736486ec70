import { setTimeout as pause } from 'node:timers/promises';
import type { GraphQLSchema } from 'graphql';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { FetchRequest, FetchResult, Transport } from '../transport/send.ts';
import { abortFault, subgraphFault } from '../transport/subgraph-fault.ts';
import { type ReadyRule, readyRules } from './fault-rules.ts';
import { makeFault } from './made-fault.ts';

export interface FaultsOptions {
  readonly config: Pick<Config, 'faults' | 'traffic'>;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly telemetry: Pick<Telemetry, 'log' | 'faultInjected' | 'fetchEnded'>;
}

type WithFaults = (transport: Transport, subgraph: string) => Transport;

/** Gives fetches the faults that the configuration asks for; where it asks for none, transports come as they are. */
export function createFaults(options: FaultsOptions): WithFaults {
  const { config, schema, telemetry } = options;
  if (config.faults.rules.length === 0) return (transport) => transport;
  const rules = readyRules(config.faults.rules, schema, (pattern) => {
    telemetry.log.warn(`The rule of faults for ${pattern} is for no field of the supergraph.`);
  });
  telemetry.log.warn('Faults are made on purpose, as the section "faults" asks for.', { rules: rules.length });
  return (transport, subgraph) => {
    const own = rules.filter(({ rule }) => rule.subgraphs?.includes(subgraph) !== false);
    return own.length === 0 ? transport : withFaults(transport, own, options);
  };
}

/** Names of headers that decide which requests are given faults. */
export function faultHeadersOf({ faults }: Pick<Config, 'faults'>): readonly string[] {
  return faults.rules.flatMap(({ headers = {} }) => Object.keys(headers));
}

function withFaults(transport: Transport, rules: readonly ReadyRule[], options: FaultsOptions): Transport {
  const { random } = options;
  const chosenFor = (request: FetchRequest) =>
    rules.filter((ready) => ready.matches(request) && random() < ready.rule.share);
  return {
    send: (request) => {
      const chosen = chosenFor(request);
      return chosen.length === 0
        ? transport.send(request)
        : new FaultyFetch(request, options).run(chosen, transport.send);
    },
    subscribe: async (request) => {
      const chosen = chosenFor(request);
      if (chosen.length === 0) return transport.subscribe(request);
      const answered = await new FaultyFetch(request, options).suffer(chosen);
      return answered === undefined ? transport.subscribe(request) : only(answered);
    },
  };
}

async function* only(result: FetchResult): AsyncIterable<FetchResult> {
  yield result;
}

/** One fetch that is to go wrong. */
class FaultyFetch {
  readonly #request: FetchRequest;
  readonly #options: FaultsOptions;
  readonly #startedMs = performance.now();
  #delayedMs = 0;

  constructor(request: FetchRequest, options: FaultsOptions) {
    this.#request = request;
    this.#options = options;
  }

  async run(rules: readonly ReadyRule[], send: Transport['send']): Promise<FetchResult> {
    return (await this.suffer(rules)) ?? send(this.#request);
  }

  /** Does what the rules say, and gives what the subgraph answers by them, if it does. */
  async suffer(rules: readonly ReadyRule[]): Promise<FetchResult | undefined> {
    const { subgraph } = this.#request;
    try {
      for (const ready of rules) {
        const { delay, error, abort } = ready.rule;
        if (delay !== undefined) await this.#delay(ready, delay);
        if (abort !== undefined) this.#abort(ready, abort);
        if (error === undefined) continue;
        this.#note(ready, 'error');
        const answered = makeFault(ready.rule, subgraph);
        this.#report(undefined);
        return answered;
      }
      return undefined;
    } catch (error) {
      this.#report(error instanceof GatewayError ? error.code : 'INTERNAL_SERVER_ERROR');
      throw error;
    }
  }

  /** A subgraph that takes longer than its time has not answered, and the client may not wait for it at all. */
  async #delay(ready: ReadyRule, delayMs: number): Promise<void> {
    const { subgraph, signal } = this.#request;
    const { all, subgraphs } = this.#options.config.traffic;
    const timeoutMs = subgraphs[subgraph]?.timeout ?? all.timeout;
    const leftMs = timeoutMs - this.#delayedMs;
    this.#note(ready, 'delay');
    this.#delayedMs += delayMs;
    try {
      await pause(Math.min(delayMs, leftMs), undefined, signal === undefined ? {} : { signal });
    } catch {
      throw abortFault(subgraph, signal?.reason);
    }
    if (delayMs < leftMs) return;
    throw subgraphFault('SUBGRAPH_TIMEOUT', subgraph, new Error('A rule of faults took all of its time.'));
  }

  #abort(ready: ReadyRule, connection: 'subgraph' | 'client'): never {
    const { subgraph, client } = this.#request;
    this.#note(ready, 'abort');
    const cause = new Error('A rule of faults cut the connection.');
    if (connection === 'subgraph') throw subgraphFault('SUBGRAPH_UNREACHABLE', subgraph, cause);
    client.hangUp?.();
    throw abortFault(subgraph, cause);
  }

  #note({ number }: ReadyRule, fault: 'delay' | 'error' | 'abort'): void {
    const { log, faultInjected } = this.#options.telemetry;
    const { subgraph, client } = this.#request;
    faultInjected(subgraph, fault);
    log.info('A fetch is given a fault.', { requestId: client.id, subgraph, fault, rule: number });
  }

  /** It never comes to where fetches are counted. */
  #report(errorCode: string | undefined): void {
    const { subgraph, operation } = this.#request;
    this.#options.telemetry.fetchEnded({
      subgraph,
      operationKind: operation.kind,
      errorCode,
      deduped: false,
      durationMs: performance.now() - this.#startedMs,
    });
  }
}
