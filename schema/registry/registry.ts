import type { RegistryLog } from './log.ts';
import type { RegistryStore } from './store/registry-store.ts';
import type { Turns } from './turns.ts';
import type { Workshop } from './work/task.ts';

/** What all that the registry does is made of. */
export interface Registry {
  readonly store: RegistryStore;
  readonly workshop: Workshop;
  /** Changes of one variant are made one after the other, so that only other instances are raced with. */
  readonly turns: Turns;
  /** Refuses URLs that subgraphs and webhooks may not have. @throws Refusal `PRIVATE_URL` */
  readonly assertUrl: (url: string) => Promise<void>;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: RegistryLog;
}
