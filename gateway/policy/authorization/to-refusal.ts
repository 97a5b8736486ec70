import { GatewayError } from '../../errors.ts';
import { shorten } from '../../operation/shorten.ts';
import type { PolicyRequest } from '../policy.ts';
import type { Denial } from './decide.ts';
import { joinStepUps, toChallenge, toStepUpExtension } from './step-up.ts';

/** More are not listed. */
const pathsMax = 20;

/**
 * The refusal of an operation of which parts are denied: 401 for nobody in particular, 403 for an identity, or 401 again when
 * signing in another way is all that it lacks.
 */
export function toRefusal(denials: readonly Denial[], { identity }: PolicyRequest): GatewayError {
  const all = new Set(denials.map(toPath));
  const paths = [...all].slice(0, pathsMax);
  const more = all.size - paths.length;
  const list = paths.map((path) => `"${path}"`).join(', ') + (more > 0 ? ` and ${more} more` : '');
  if (identity.kind === 'anonymous') {
    return new GatewayError('UNAUTHENTICATED', `Send credentials that allow ${list}, or leave it out.`, {
      extensions: { paths },
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
  const stepUps = denials.flatMap((denial) => denial.stepUp ?? []);
  if (stepUps.length < denials.length) {
    return new GatewayError('FORBIDDEN', `You are not allowed to ask for ${list}. Leave it out.`, {
      extensions: { paths },
    });
  }
  const stepUp = joinStepUps(stepUps);
  return new GatewayError('STEP_UP_REQUIRED', `Sign in again as "stepUp" says to ask for ${list}, or leave it out.`, {
    extensions: { paths, stepUp: toStepUpExtension(stepUp) },
    headers: { 'www-authenticate': toChallenge(stepUp) },
  });
}

/** The place of a denied field in the answer, without positions in lists. */
export function toPath({ field }: Denial): string {
  return shorten(field.path.join('.'));
}
