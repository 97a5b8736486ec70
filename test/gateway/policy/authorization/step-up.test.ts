import { describe, expect, it } from 'vitest';
import { authorizationSection } from '../../../../gateway/config/authorization.ts';
import { GatewayError } from '../../../../gateway/errors.ts';
import { describeRequirement } from '../../../../gateway/policy/authorization/requirement.ts';
import { joinStepUps } from '../../../../gateway/policy/authorization/step-up.ts';
import { type Asking, createSubject, someone, written } from './subject.ts';

const nowMs = Date.parse('2030-01-01T00:00:00Z');
const secondsAgo = (seconds: number) => nowMs / 1_000 - seconds;
const graph = written(`
  type Query { open: Int account: Account transfer: Int audit: Int both: Int }
  type Account { id: ID iban: String owner: String }
`);
const rules = [
  { fields: 'Account.iban', acr: ['gold', 'silver'] },
  { fields: 'Query.transfer', amr: ['otp', 'hwk'], maxAge: '5m' },
  { fields: 'Query.audit', acr: ['gold'], when: "'auditor' in identity.roles" },
  { fields: 'Query.both', maxAge: '1h' },
  { fields: 'Query.both', acr: ['gold', 'bronze'], maxAge: '30s' },
];

const start = (mode = 'reject') => createSubject(graph, { mode, rules }, () => nowMs);
const subject = start();

async function refusalOf(text: string, asking: Asking): Promise<GatewayError | undefined> {
  try {
    await subject.enforce(text, asking);
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

describe('a rule that asks for a stronger or more recent sign-in', () => {
  it.each<[string, object, object | undefined]>([
    ['{ account { iban } }', { acr: 'gold' }, undefined],
    ['{ account { iban } }', { acr: 'silver', auth_time: 0 }, undefined],
    ['{ account { iban } }', { acr: 'GOLD' }, { acr: ['gold', 'silver'] }],
    ['{ account { iban } }', {}, { acr: ['gold', 'silver'] }],
    ['{ account { iban } }', { acr: { gold: true } }, { acr: ['gold', 'silver'] }],
    ['{ account { id } open }', {}, undefined],
    ['{ transfer }', { amr: ['pwd', 'otp'], auth_time: secondsAgo(300) }, undefined],
    ['{ transfer }', { amr: ['pwd', 'otp'], auth_time: secondsAgo(301) }, { amr: ['otp', 'hwk'], maxAge: 300 }],
    ['{ transfer }', { amr: ['pwd'], auth_time: secondsAgo(0) }, { amr: ['otp', 'hwk'], maxAge: 300 }],
    ['{ transfer }', { amr: ['otp'], auth_time: String(secondsAgo(0)) }, { amr: ['otp', 'hwk'], maxAge: 300 }],
    // The clock of an issuer may be ahead, but not by hours.
    ['{ transfer }', { amr: ['otp'], auth_time: secondsAgo(-60) }, undefined],
    ['{ transfer }', { amr: ['otp'], auth_time: secondsAgo(-61) }, { amr: ['otp', 'hwk'], maxAge: 300 }],
    ['{ both }', { acr: 'gold', auth_time: secondsAgo(31) }, { acr: ['gold', 'bronze'], maxAge: 30 }],
    ['{ both }', {}, { acr: ['gold', 'bronze'], maxAge: 30 }],
    ['{ both account { iban } }', {}, { acr: ['gold'], maxAge: 30 }],
  ])('decides by the verified claims: %s with %j', async (text, claims, stepUp) => {
    const refusal = await refusalOf(text, { identity: someone({ claims }) });
    expect(refusal?.extensions['stepUp']).toEqual(stepUp);
    expect(refusal?.code).toBe(stepUp && 'STEP_UP_REQUIRED');
  });

  it('tells the client what is needed, as RFC 9470 says', async () => {
    const refusal = await refusalOf('{ both }', { identity: someone() });
    expect(refusal).toMatchObject({
      status: 401,
      extensions: { paths: ['both'] },
      headers: {
        'www-authenticate':
          'Bearer error="insufficient_user_authentication", ' +
          'error_description="A stronger or more recent authentication is required", ' +
          'acr_values="gold bronze", max_age="30"',
      },
    });
  });

  it('sends nobody to sign in again for what stays forbidden', async () => {
    const forbidden = await refusalOf('{ audit }', { identity: someone() });
    expect([forbidden?.code, forbidden?.headers]).toEqual(['FORBIDDEN', {}]);
    const mixed = await refusalOf('{ audit transfer }', { identity: someone({ claims: { acr: 'gold' } }) });
    expect(mixed).toMatchObject({ code: 'FORBIDDEN', extensions: { paths: ['audit', 'transfer'] } });
    const auditor = await refusalOf('{ audit }', { identity: someone({ roles: ['auditor'] }) });
    expect(auditor).toMatchObject({ code: 'STEP_UP_REQUIRED', extensions: { stepUp: { acr: ['gold'] } } });
    expect(await refusalOf('{ transfer }', {})).toMatchObject({
      code: 'UNAUTHENTICATED',
      headers: { 'www-authenticate': 'Bearer' },
    });
  });

  it('withholds its fields in filter mode, each with what it needs, whatever was withheld from others', async () => {
    const filtering = start('filter');
    const data = { open: 1, account: { id: '1', iban: 'X' }, transfer: 2, audit: 3 };
    const answered = async (asking: Asking) => {
      const { answer } = await filtering.answered('{ open account { id iban } audit }', data, asking);
      return (answer.errors ?? []).map(({ path, extensions }) => [path?.join('.'), extensions]);
    };
    const forbidden = { code: 'FORBIDDEN' };
    const stepUp = (acr: string[]) => ({ code: 'STEP_UP_REQUIRED', stepUp: { acr } });
    const someAnswers = [
      await answered({ identity: someone({ roles: ['auditor'] }) }),
      await answered({ identity: someone() }),
      await answered({}),
    ];
    expect(someAnswers).toEqual([
      [
        ['account.iban', stepUp(['gold', 'silver'])],
        ['audit', stepUp(['gold'])],
      ],
      [
        ['account.iban', stepUp(['gold', 'silver'])],
        ['audit', forbidden],
      ],
      [
        ['account.iban', forbidden],
        ['audit', forbidden],
      ],
    ]);
  });

  it('is told to operators in words', () => {
    const requirement = {
      kind: 'stepUp',
      index: 0,
      pattern: 'Query.*',
      stepUp: { acr: ['a', 'b'], amr: ['otp'], maxAgeMs: 300_000 },
    } as const;
    expect(describeRequirement(requirement)).toBe(
      'the rule for Query.*: acr a or b, amr otp, auth_time at most 300 s ago',
    );
  });

  it('is one sign-in for several rules, where one can be', () => {
    const none = { acr: undefined, amr: undefined, maxAgeMs: undefined };
    expect(joinStepUps([none, { ...none, acr: ['a', 'b'] }, { ...none, acr: ['b', 'c'], maxAgeMs: 1_000 }])).toEqual({
      ...none,
      acr: ['b'],
      maxAgeMs: 1_000,
    });
    expect(
      joinStepUps([
        { ...none, amr: ['a'] },
        { ...none, amr: ['b'] },
      ]).amr,
    ).toEqual(['a']);
  });

  it.each([
    [{ fields: 'User' }, 'needs when, acr, amr or maxAge'],
    [{ fields: 'User', acr: [] }, ''],
    [{ fields: 'User', acr: ['a"b'] }, 'visible ASCII'],
    [{ fields: 'User', acr: ['a b'] }, 'visible ASCII'],
    [{ fields: 'User', maxAge: '10ms' }, 'must be at least 1s'],
  ])('is checked when the file is read: %j', (rule, message) => {
    const { error } = authorizationSection.safeParse({ rules: [rule] });
    expect(error?.issues.map((issue) => issue.message).join()).toContain(message);
    expect(error).toBeDefined();
  });
});
