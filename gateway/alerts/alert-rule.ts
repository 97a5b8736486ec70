import type { Severity } from '../config/alerts.ts';
import type { Condition } from './condition.ts';

/** What an alert is about, and what is said of it. */
export interface AlertRule {
  readonly name: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly runbook: string | undefined;
  /** Labels that each of its alerts has, beside those that the condition tells apart by. */
  readonly labels: Readonly<Record<string, string>>;
  /** How long it must be so before the alert fires. */
  readonly forMs: number;
  /** How long it must no longer be so before the alert is over. */
  readonly keepFiringForMs: number;
  readonly condition: Condition;
}
