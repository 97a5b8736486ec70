import type { LiveState } from '../live.ts';
import { h } from './element.ts';

/** Says that much is not known where metrics are off; `what` is what is missing. */
export function metricsNotice(what: string) {
  const element = h(
    'p',
    { class: 'notice', role: 'status', hidden: true },
    `Metrics are off, so that nothing is known of ${what}. Set `,
    h('code', {}, 'telemetry.metrics.prometheus'),
    ' to true, or ',
    h('code', {}, 'telemetry.metrics.otlp'),
    ' to a collector, and start the gateway anew.',
  );
  return {
    element,
    update({ isCounted }: Pick<LiveState, 'isCounted'>): void {
      element.hidden = isCounted;
    },
  };
}
