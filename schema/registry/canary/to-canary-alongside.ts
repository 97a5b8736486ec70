import type { Version } from '../model.ts';
import type { AlongsideCommit } from '../store/registry-store.ts';
import { toAlongside } from '../to-alongside.ts';
import { type Canary, type KeptCanary, percentOf, toCanaryDocument } from './canary.ts';

/** What the log and webhooks are told of a version that is tried, and what keeps its state. */
export function toCanaryAlongside(version: Version, canary: Canary, former: KeptCanary | undefined): AlongsideCommit {
  const { ref, commit } = version;
  const { audit } = toAlongside(version);
  const { steps, stepMs, stable } = canary;
  const details = { ...audit.details, stable, canary: { percent: percentOf(canary), steps, stepMs } };
  return {
    audit: { ...audit, details },
    events: [{ kind: 'canary.started', ref, details: { ...details, author: commit.author.name } }],
    documents: [toCanaryDocument(ref, canary, former)],
  };
}
