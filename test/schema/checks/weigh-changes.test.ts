import { describe, expect, it } from 'vitest';
import { diffSchemas } from '../../../schema/checks/diff-schemas.ts';
import type { CoordinateUse, UsageLookup } from '../../../schema/checks/usage.ts';
import {
  coordinatesToWeigh,
  excusedOperations,
  type WeighRules,
  weighChanges,
} from '../../../schema/checks/weigh-changes.ts';

const changes = diffSchemas(
  'type Query { user: User users: [User] } type User { id: ID email: String phone: String role: Role } enum Role { A B }',
  'type Query { user: User users: [User] } type User { id: ID role: Role name: String } enum Role { A B C }',
);
const email = changes.find(({ coordinate }) => coordinate === 'User.email')!;

const uses: readonly CoordinateUse[] = [
  {
    coordinate: 'User.email',
    count: 30,
    clients: [
      { name: 'web', version: '1.2', count: 10 },
      { name: 'web', version: '1.3', count: 15 },
      { name: 'smoke-test', version: '', count: 5 },
    ],
    operations: [
      { hash: 'h1', name: 'GetUser', count: 12 },
      { hash: 'h2', name: undefined, count: 18 },
    ],
  },
];
const lookup: UsageLookup = (coordinates) => uses.filter((use) => coordinates.includes(use.coordinate));

function weigh(rules?: WeighRules, usage: Partial<Parameters<typeof weighChanges>[1]> = {}) {
  const weighed = weighChanges(changes, { lookup, operationCount: 1_000, days: 7, ...usage }, rules);
  return new Map(weighed.map((change) => [change.coordinate, change]));
}

/** The verdict on the removal of `User.email`. */
function verdict(rules?: WeighRules, usage?: Parameters<typeof weigh>[1]): string {
  const change = weigh(rules, usage).get('User.email');
  return `${change?.verdict}: ${change?.reason}`;
}

describe('a weighed change', () => {
  it('fails when clients are broken, and names them and their operations, most uses first', () => {
    expect(weigh().get('User.email')).toEqual({
      ...email,
      verdict: 'fail',
      reason: 'Used 30 times in the last 7 days by 3 clients.',
      clients: [
        { name: 'web', version: '1.3', count: 15 },
        { name: 'web', version: '1.2', count: 10 },
        { name: 'smoke-test', version: '', count: 5 },
      ],
      operations: [
        { hash: 'h2', name: undefined, count: 18 },
        { hash: 'h1', name: 'GetUser', count: 12 },
      ],
      approvedBy: [],
    });
  });

  it('passes when nobody used what it breaks, or when it breaks nothing', () => {
    const weighed = weigh();
    expect([...weighed.values()].map(({ coordinate, verdict: said, reason }) => [coordinate, said, reason])).toEqual([
      ['User.email', 'fail', 'Used 30 times in the last 7 days by 3 clients.'],
      ['User.phone', 'pass', 'Not used in the last 7 days.'],
      ['Role.C', 'pass', 'Breaks no operation, but may surprise a client.'],
      ['User.name', 'pass', 'Breaks nobody.'],
    ]);
  });

  it.each<[what: string, expected: string, rules: WeighRules]>([
    [
      'too few uses',
      'pass: Used 30 times in the last 7 days by 3 clients; fewer than 31 do not count.',
      { usesMin: 31 },
    ],
    ['enough uses', 'fail: Used 30 times in the last 7 days by 3 clients.', { usesMin: 30, shareMin: 0.03 }],
    [
      'too small a share',
      'pass: Used 30 times in the last 7 days by 3 clients, 3 % of all operations; less than 5 % does not count.',
      { shareMin: 0.05 },
    ],
    ['one ignored client', 'fail: Used 25 times in the last 7 days by 2 clients.', { ignoredClients: ['*-test'] }],
    [
      'an ignored version',
      'fail: Used 15 times in the last 7 days by 1 client.',
      { ignoredClients: ['web@1.2', 'smoke*'] },
    ],
    [
      'only ignored clients',
      'pass: Used in the last 7 days only by clients that are ignored.',
      { ignoredClients: ['w*@*.*', 'smoke-test'] },
    ],
    ['an approval', 'pass: Approved by ann, bob.', { approvals: new Map([[email.id, ['ann', 'bob']]]) }],
    [
      'an approval of too few',
      'fail: Used 30 times in the last 7 days by 3 clients. It has 1 of the 2 approvals it needs.',
      { approvals: new Map([[email.id, ['ann']]]), approvalsMin: 2 },
    ],
    [
      'an approval of another change',
      'fail: Used 30 times in the last 7 days by 3 clients.',
      { approvals: new Map([['000000000000', ['ann']]]) },
    ],
  ])('is judged by rules: %s', (_, expected, rules) => {
    expect(verdict(rules)).toBe(expected);
  });

  it('stays breaking where nothing was recorded, unless it is approved', () => {
    const nothing = { lookup: () => [], operationCount: 0, days: 1 };
    expect(verdict({}, nothing)).toBe('fail: No usage was recorded in the last day, so nobody knows who would break.');
    expect(verdict({ approvals: new Map([[email.id, ['ann']]]) }, nothing)).toBe('pass: Approved by ann.');
  });

  it('sums the uses of all that it breaks', () => {
    const [change] = diffSchemas(
      'type Query { a(t: T): Int } input T { b: Int c: Int }',
      'type Query { a: Int }',
    ).filter(({ code }) => code === 'TYPE_REMOVED');
    const client = { name: 'web', version: '1' };
    const use = (coordinate: string, count: number): CoordinateUse => ({
      coordinate,
      count,
      clients: [{ ...client, count }],
      operations: [{ hash: 'h', name: 'Q', count }],
    });
    const [weighed] = weighChanges(
      [change!],
      { lookup: () => [use('T.b', 2), use('T.c', 3)], operationCount: 10, days: 30 },
      {},
    );
    expect(weighed).toMatchObject({
      verdict: 'fail',
      clients: [{ ...client, count: 5 }],
      operations: [{ hash: 'h', name: 'Q', count: 5 }],
    });
  });

  it('has the lookup asked once, for what breaking changes name', () => {
    const asked: (readonly string[])[] = [];
    const recorded = (some: readonly string[]) => {
      asked.push(some);
      return [];
    };
    weighChanges(changes, { lookup: recorded, operationCount: 1, days: 1 });
    expect(asked).toEqual([['User.email', 'User.phone']]);
    expect(coordinatesToWeigh(changes)).toEqual(asked[0]);
    weighChanges([], { lookup: recorded, operationCount: 1, days: 1 });
    expect(asked).toHaveLength(1);
  });

  it('excuses its operations when it is breaking and passes', () => {
    const excused = (rules?: WeighRules) => [...excusedOperations([...weigh(rules).values()])];
    expect(excused()).toEqual([]);
    expect(excused({ approvals: new Map([[email.id, ['ann']]]) })).toEqual(['h2', 'h1']);
    expect(excused({ ignoredClients: ['*'] })).toEqual(['h2', 'h1']);
  });

  it('matches patterns of any shape quickly', () => {
    const name = 'a'.repeat(10_000);
    const usage = {
      lookup: () => [
        { coordinate: 'User.email', count: 1, clients: [{ name, version: '1', count: 1 }], operations: [] },
      ],
    };
    expect(verdict({ ignoredClients: [`${'*a'.repeat(2_000)}b`] }, usage)).toContain('fail');
    expect(verdict({ ignoredClients: [`${'*a'.repeat(2_000)}*`] }, usage)).toContain('pass');
    expect(verdict({ ignoredClients: ['', '@', 'a*a*b', `a${name}*`, `*a${name}@1`] }, usage)).toContain('fail');
  });
});
