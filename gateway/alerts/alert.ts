import type { LiveAlert } from '../../console/live.ts';

/** Something that operators should know of. */
export type Alert = LiveAlert;

/** What becomes of an alert that people are told. */
export interface AlertEvent {
  readonly kind: 'fired' | 'resolved';
  readonly alert: Alert;
  /** In milliseconds since the epoch. */
  readonly atMs: number;
}
