import type { ConditionContext } from '../../config/condition.ts';

/** What is known of who asks, as far as it decides which endpoints answer. */
export interface Asker {
  /** Always the same for an identity, or else for an address. */
  readonly stickyKey: string;
  /** What conditions speak of; made when it is first asked for. */
  readonly context: () => Pick<ConditionContext, 'identity' | 'client'>;
}
