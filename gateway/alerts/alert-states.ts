import type { Alert, AlertEvent } from './alert.ts';

/** What is found when it is looked. */
export interface Finding extends Omit<Alert, 'state' | 'sinceMs'> {
  /** How long it must be so before the alert fires. */
  readonly forMs: number;
  /** How long it must no longer be so before the alert is over. */
  readonly keepFiringForMs: number;
}

interface Known {
  finding: Finding;
  state: Alert['state'];
  readonly sinceMs: number;
  /** When it was found last. */
  seenMs: number;
}

/** A rule that finds more fires for no more of them. */
const alertsMost = 1_000;

/** Alerts that are on their way, and those that fire: each comes and goes only after a while. */
export class AlertStates {
  readonly #known = new Map<string, Known>();

  /** All that are known, those that fire first. */
  list(): readonly Alert[] {
    return Array.from(this.#known.values(), toAlert).sort(
      (one, other) => Number(other.state === 'firing') - Number(one.state === 'firing') || one.sinceMs - other.sinceMs,
    );
  }

  /** Takes all that is found now, and gives what people are to be told. */
  take(findings: readonly Finding[], nowMs: number): readonly AlertEvent[] {
    const events: AlertEvent[] = [];
    for (const finding of findings) {
      const known = this.#note(finding, nowMs);
      if (known === undefined || known.state === 'firing' || nowMs - known.sinceMs < finding.forMs) continue;
      known.state = 'firing';
      events.push({ kind: 'fired', alert: toAlert(known), atMs: nowMs });
    }
    for (const [key, known] of this.#known) {
      const { state, seenMs, finding } = known;
      if (seenMs === nowMs || (state === 'firing' && nowMs - seenMs < finding.keepFiringForMs)) continue;
      this.#known.delete(key);
      if (state === 'firing') events.push({ kind: 'resolved', alert: toAlert(known), atMs: nowMs });
    }
    return events;
  }

  #note(finding: Finding, nowMs: number): Known | undefined {
    const known = this.#known.get(finding.key);
    if (known !== undefined) {
      known.finding = finding;
      known.seenMs = nowMs;
      return known;
    }
    if (this.#known.size >= alertsMost) return undefined;
    const added: Known = { finding, state: 'pending', sinceMs: nowMs, seenMs: nowMs };
    this.#known.set(finding.key, added);
    return added;
  }
}

function toAlert({ finding, state, sinceMs }: Known): Alert {
  const { forMs: _forMs, keepFiringForMs: _keepFiringForMs, ...said } = finding;
  return { ...said, state, sinceMs };
}
