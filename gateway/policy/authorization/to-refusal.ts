import { GatewayError } from '../../errors.ts';
import { shorten } from '../../operation/shorten.ts';
import type { PolicyRequest } from '../policy.ts';
import type { Denial } from './decide.ts';

/** More are not listed. */
const pathsMax = 20;

/** The refusal of an operation of which parts are denied: 401 for nobody in particular, 403 for an identity. */
export function toRefusal(denials: readonly Denial[], { identity }: PolicyRequest): GatewayError {
  const all = new Set(denials.map(toPath));
  const paths = [...all].slice(0, pathsMax);
  const more = all.size - paths.length;
  const list = paths.map((path) => `"${path}"`).join(', ') + (more > 0 ? ` and ${more} more` : '');
  const extensions = { paths };
  return identity.kind === 'anonymous'
    ? new GatewayError('UNAUTHENTICATED', `Send credentials that allow ${list}, or leave it out.`, {
        extensions,
        headers: { 'www-authenticate': 'Bearer' },
      })
    : new GatewayError('FORBIDDEN', `You are not allowed to ask for ${list}. Leave it out.`, { extensions });
}

/** The place of a denied field in the answer, without positions in lists. */
export function toPath({ field }: Denial): string {
  return shorten(field.path.join('.'));
}
