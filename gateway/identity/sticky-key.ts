import type { Identity } from './identity.ts';

/** Who asks, for what only a share of them is given: always the same for an identity, or else for an address. */
export function stickyKeyOf(identity: Pick<Identity, 'key'>, ip: string | undefined, requestId: string): string {
  return identity.key ?? ip ?? requestId;
}
