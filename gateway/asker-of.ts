import type { Identity } from './identity/identity.ts';
import type { Client } from './identity/read-client.ts';
import { toConditionContext } from './policy/authorization/condition-context.ts';
import type { Asker } from './transport/endpoints/asker.ts';

/** Describes who asks to what chooses endpoints. */
export type AskerOf = (stickyKey: string, identity: Identity, client: Client) => Asker;

const nothing: Readonly<Record<string, never>> = Object.freeze({});

/** See `AskerOf`. */
export const askerOf: AskerOf = (stickyKey, identity, client) => ({
  stickyKey,
  context: () => toConditionContext({ identity, client, variables: nothing }),
});
