import { z } from 'zod';
import { type GraphRef, parseGraphRef, printGraphRef } from '../../feed/graph-ref.ts';
import type { Version } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { RegistryStore, StoredDocument } from '../store/registry-store.ts';

/** How a version is to be tried. */
export interface CanaryRequest {
  /** The share of clients that it begins with, of 0 to 100. */
  readonly percent: number;
  /** Shares of clients; those up to `percent` are left out. Default: 5, 25, 50, 100. */
  readonly steps?: readonly number[] | undefined;
  /** The least time that a step takes, in milliseconds. Default: 5 minutes. */
  readonly stepMs?: number | undefined;
  /** How many requests the version must have answered in a step. Default: 100. */
  readonly requestsLeast?: number | undefined;
  /** How often gateways report while it runs, in milliseconds. Default: 5 seconds. */
  readonly reportMs?: number | undefined;
}

const sideSchema = z.object({
  count: z.number(),
  errors: z.number(),
  /** In milliseconds; missing without durations. */
  p95: z.number().optional(),
});

const judgedSchema = z.object({
  /** Hash of the operation. */
  operation: z.string(),
  name: z.string().optional(),
  verdict: z.enum(['few', 'fine', 'doubtful', 'worse']),
  /** What is worse, or may be. */
  by: z.enum(['errors', 'p95']).optional(),
  stable: sideSchema,
  canary: sideSchema,
});

const canarySchema = z.object({
  state: z.enum(['running', 'promoted', 'rolledBack']),
  /** The one that is tried; the latest of its variant as long as it is. */
  version: z.number(),
  /** The one beside it. */
  stable: z.number(),
  /** Shares of clients, growing. */
  steps: z.array(z.number()),
  /** The one that it is at. */
  step: z.number(),
  stepMs: z.number(),
  requestsLeast: z.number(),
  reportMs: z.number(),
  /** In milliseconds since the epoch. */
  startedAt: z.number(),
  stepAt: z.number(),
  /** Requests that it had answered when the step began. */
  stepRequests: z.number(),
  startedBy: z.string(),
  endedAt: z.number().optional(),
  endedBy: z.string().optional(),
  /** Why it was rolled back. */
  reason: z.string().optional(),
  /** As they were when it went on last, or ended. */
  figures: z.array(judgedSchema),
});

/** What is known of one operation on both versions. */
export type JudgedOperation = Readonly<z.output<typeof judgedSchema>>;

/** A version that is tried beside the stable one, or was tried last. */
export type Canary = Readonly<z.output<typeof canarySchema>>;

/** As it is kept: what is written in its place must come from the same revision. */
export interface KeptCanary {
  readonly ref: GraphRef;
  readonly canary: Canary;
  readonly revision: number;
}

const kind = 'canary';
const defaultSteps = [5, 25, 50, 100];

/**
 * Begins to try a version beside the one before it.
 * @throws Refusal `BAD_REQUEST` for a first version
 */
export function createCanary(
  { percent, steps = defaultSteps, stepMs = 300_000, requestsLeast = 100, reportMs = 5_000 }: CanaryRequest,
  { ref, version, commit: { at, author } }: Version,
): Canary {
  if (version === 1) {
    const message = `${printGraphRef(ref)} has no version yet that another one could be tried beside. Publish without a canary.`;
    throw new Refusal('BAD_REQUEST', message);
  }
  return {
    state: 'running',
    ...{ version, stable: version - 1, stepMs, requestsLeast, reportMs },
    steps: [percent, ...steps.filter((step) => step > percent)],
    step: 0,
    startedAt: at,
    stepAt: at,
    stepRequests: 0,
    startedBy: author.name,
    figures: [],
  };
}

/** The share of clients that have it now, of 0 to 100. */
export function percentOf({ steps, step }: Canary): number {
  return steps[step] ?? 100;
}

/** What is kept of the canary that runs in a variant, or ran there last. */
export async function readCanary(
  store: Pick<RegistryStore, 'readDocument'>,
  ref: GraphRef,
): Promise<KeptCanary | undefined> {
  const document = await store.readDocument(kind, printGraphRef(ref));
  return document && toKept(document);
}

/** The canary that runs in a variant. */
export async function readRunningCanary(
  store: Pick<RegistryStore, 'readDocument'>,
  ref: GraphRef,
): Promise<KeptCanary | undefined> {
  const kept = await readCanary(store, ref);
  return kept?.canary.state === 'running' ? kept : undefined;
}

/** All canaries that run. */
export async function listRunningCanaries(store: Pick<RegistryStore, 'listDocuments'>): Promise<readonly KeptCanary[]> {
  return (await store.listDocuments(kind)).map(toKept).filter(({ canary }) => canary.state === 'running');
}

/** What keeps a canary, in the place of `former`. */
export function toCanaryDocument(ref: GraphRef, value: Canary, former: KeptCanary | undefined): StoredDocument {
  return { kind, id: printGraphRef(ref), value, revision: former?.revision ?? 0 };
}

function toKept({ id, value, revision }: StoredDocument): KeptCanary {
  return { ref: parseGraphRef(id), canary: canarySchema.parse(value), revision };
}
