import type { Severity } from '../config/alerts.ts';

/** Something that operators should know of. */
export interface Alert {
  /** The same for the same trouble, however often it comes. */
  readonly key: string;
  readonly name: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly runbook: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** What was measured; `undefined` where nothing is. */
  readonly value: number | undefined;
  /** `pending`: it has not been so for long enough yet. */
  readonly state: 'pending' | 'firing';
  /** Since when it is so, in milliseconds since the epoch. */
  readonly sinceMs: number;
}

/** What becomes of an alert that people are told. */
export interface AlertEvent {
  readonly kind: 'fired' | 'resolved';
  readonly alert: Alert;
  /** In milliseconds since the epoch. */
  readonly atMs: number;
}
