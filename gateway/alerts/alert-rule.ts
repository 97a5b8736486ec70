import type { LiveAlertRule } from '../../console/live.ts';
import type { Condition } from './condition.ts';

/** What an alert is about, and what is said of it. */
export interface AlertRule extends Omit<LiveAlertRule, 'measures'> {
  /** Labels that each of its alerts has, beside those that the condition tells apart by. */
  readonly labels: Readonly<Record<string, string>>;
  /** How long it must no longer be so before the alert is over. */
  readonly keepFiringForMs: number;
  readonly condition: Condition;
}
