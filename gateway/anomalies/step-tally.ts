import type { RequestFacts } from '../telemetry/telemetry.ts';
import type { AskerStep, ClientStep, Step, StepCount } from './step.ts';

const operationsMost = 300;
const clientsMost = 200;
const operationsOfClientMost = 50;
const askersMost = 5_000;
const operationsOfAskerMost = 8;
const otherName = 'other';
const nameLongest = 100;

interface Count {
  requests: number;
  errors: number;
}

interface Client extends Count {
  readonly operations: Map<string, number>;
}

interface Asker {
  requests: number;
  refused: number;
  readonly operations: Map<string, number>;
  readonly subject: string | undefined;
}

/** Counts the requests of a step. Bounded: 5 MB at most; takes about half a microsecond a request. */
export class StepTally {
  #total = { requests: 0, errors: 0, refused: 0 };
  #operations = new Map<string, Count>();
  #clients = new Map<string, Client>();
  #askers = new Map<string, Asker>();

  add({ operationName, operationHash, client, identity, errorCodes, request }: RequestFacts): void {
    const hasErrors = errorCodes.length > 0;
    const isRefused = hasErrors && errorCodes.includes('UNAUTHENTICATED');
    count(this.#total, hasErrors);
    if (isRefused) this.#total.refused += 1;
    const operation = operationHash === undefined ? '' : (operationName ?? operationHash.slice(0, 12));
    if (operation !== '') {
      count(
        find(this.#operations, operation, operationsMost, () => ({ requests: 0, errors: 0 })),
        hasErrors,
      );
    }
    const known = find(this.#clients, client.name ?? '', clientsMost, () => ({
      requests: 0,
      errors: 0,
      operations: new Map(),
    }));
    count(known, hasErrors);
    if (operation !== '') increase(known.operations, operation, operationsOfClientMost);
    this.#addAsker(identity?.key ?? request?.visitor.ip, identity?.subject, { operation, isRefused });
  }

  /** What was counted since the last time; `atMs` is when that was, in milliseconds since the epoch. */
  take(atMs: number): Step {
    const step = {
      atMs,
      total: this.#total,
      operations: toRecord(this.#operations, ({ requests, errors }): StepCount => ({ requests, errors })),
      clients: toRecord(this.#clients, ({ requests, errors, operations }): ClientStep => {
        return { requests, errors, operations: toRecord(operations, (number) => number) };
      }),
      askers: toRecord(this.#askers, toAsker),
    };
    this.#total = { requests: 0, errors: 0, refused: 0 };
    this.#operations = new Map();
    this.#clients = new Map();
    this.#askers = new Map();
    return step;
  }

  #addAsker(
    name: string | undefined,
    subject: string | undefined,
    { operation, isRefused }: { readonly operation: string; readonly isRefused: boolean },
  ): void {
    if (name === undefined) return;
    let asker = this.#askers.get(name);
    if (asker === undefined) {
      // Who asks often comes early in the next step.
      if (this.#askers.size >= askersMost) return;
      asker = { requests: 0, refused: 0, operations: new Map(), subject };
      this.#askers.set(name, asker);
    }
    asker.requests += 1;
    if (isRefused) asker.refused += 1;
    if (operation !== '') increase(asker.operations, operation, operationsOfAskerMost);
  }
}

function count(counted: Count, hasErrors: boolean): void {
  counted.requests += 1;
  if (hasErrors) counted.errors += 1;
}

function find<Counted>(all: Map<string, Counted>, name: string, most: number, create: () => Counted): Counted {
  const known = all.get(name);
  if (known !== undefined) return known;
  const own = all.size < most ? name.slice(0, nameLongest) : otherName;
  const counted = all.get(own) ?? create();
  all.set(own, counted);
  return counted;
}

function increase(counts: Map<string, number>, name: string, most: number): void {
  const own = counts.has(name) || counts.size < most ? name : otherName;
  counts.set(own, (counts.get(own) ?? 0) + 1);
}

function toAsker({ requests, refused, operations, subject }: Asker): AskerStep {
  const [operation = '', ofOperation = 0] = [...operations].reduce<readonly [string, number] | []>(
    (most, one) => (one[1] > (most[1] ?? 0) ? one : most),
    [],
  );
  return { requests, refused, operation, ofOperation, subject };
}

/** Names come from outside: none of them is a prototype's. */
function toRecord<From, To>(all: ReadonlyMap<string, From>, toOne: (one: From) => To): Readonly<Record<string, To>> {
  const record: Record<string, To> = Object.create(null);
  for (const [name, one] of all) record[name] = toOne(one);
  return record;
}
