import type { Artifacts } from '../delivery/artifacts.ts';
import type { EventStreams } from '../delivery/event-streams.ts';
import type { SigningKey } from '../delivery/signing-key.ts';
import type { Registry } from '../registry.ts';

/** What routes answer with. */
export interface Services {
  readonly registry: Registry;
  readonly artifacts: Artifacts;
  readonly streams: EventStreams;
  readonly key: SigningKey;
}
