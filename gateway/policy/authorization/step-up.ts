import type { Identity } from '../../identity/identity.ts';

/** How and how recently a user must have signed in (https://www.rfc-editor.org/rfc/rfc9470); what is `undefined` is not asked. */
export interface StepUp {
  /** Of which the claim `acr` is to be one. */
  readonly acr: readonly string[] | undefined;
  /** Of which the claim `amr` is to have one. */
  readonly amr: readonly string[] | undefined;
  /** How long ago the claim `auth_time` may be. */
  readonly maxAgeMs: number | undefined;
}

/** How far the clock of an issuer may be ahead. */
const clockSkewMs = 60_000;

/** Whether verified claims say that the sign-in was as it is asked for; a claim that is missing says no. */
export function meetsStepUp({ acr, amr, maxAgeMs }: StepUp, { claims }: Identity, nowMs: number): boolean {
  if (acr !== undefined && !namesOf(claims['acr']).some((name) => acr.includes(name))) return false;
  if (amr !== undefined && !namesOf(claims['amr']).some((name) => amr.includes(name))) return false;
  if (maxAgeMs === undefined) return true;
  const { auth_time: authTime } = claims;
  if (typeof authTime !== 'number') return false;
  const ageMs = nowMs - authTime * 1_000;
  return ageMs <= maxAgeMs && ageMs >= -clockSkewMs;
}

/** One sign-in that meets all of several, where there can be one. */
export function joinStepUps(stepUps: readonly StepUp[]): StepUp {
  return stepUps.reduce((joined, { acr, amr, maxAgeMs }) => ({
    acr: joinNames(joined.acr, acr),
    amr: joinNames(joined.amr, amr),
    maxAgeMs: Math.min(joined.maxAgeMs ?? Infinity, maxAgeMs ?? Infinity),
  }));
}

/** What is asked for as clients read it: `maxAge` in seconds. */
export function toStepUpExtension({ acr, amr, maxAgeMs }: StepUp): Readonly<Record<string, unknown>> {
  const maxAge = toSeconds(maxAgeMs);
  return { ...(acr && { acr }), ...(amr && { amr }), ...(maxAge !== undefined && { maxAge }) };
}

/** The challenge that tells a client how to sign in again (https://www.rfc-editor.org/rfc/rfc9470#section-3). */
export function toChallenge({ acr, maxAgeMs }: StepUp): string {
  const maxAge = toSeconds(maxAgeMs);
  const parameters = [
    'error="insufficient_user_authentication"',
    'error_description="A stronger or more recent authentication is required"',
    acr && `acr_values="${acr.join(' ')}"`,
    maxAge !== undefined && `max_age="${maxAge}"`,
  ];
  return `Bearer ${parameters.filter(Boolean).join(', ')}`;
}

/** What is asked for as operators read it. */
export function describeStepUp({ acr, amr, maxAgeMs }: StepUp): string {
  const maxAge = toSeconds(maxAgeMs);
  const parts = [
    acr && `acr ${acr.join(' or ')}`,
    amr && `amr ${amr.join(' or ')}`,
    maxAge !== undefined && `auth_time at most ${maxAge} s ago`,
  ];
  return parts.filter(Boolean).join(', ');
}

function namesOf(claim: unknown): readonly string[] {
  return [claim].flat().filter((name) => typeof name === 'string');
}

/** The names that are in both lists; where there are none, no sign-in is good enough and the first is as good a hint as any. */
function joinNames(one: readonly string[] | undefined, other: readonly string[] | undefined) {
  if (one === undefined || other === undefined) return one ?? other;
  const common = one.filter((name) => other.includes(name));
  return common.length === 0 ? one : common;
}

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined || ms === Infinity ? undefined : Math.floor(ms / 1_000);
}
