import { describe, expect, it } from 'vitest';
import { overridesSection } from '../../../gateway/config/overrides.ts';
import { anonymous, type Identity } from '../../../gateway/identity/identity.ts';
import { createLabelsOf, type LabelFacts } from '../../../gateway/overrides/labels-of.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';

const ada: Identity = {
  ...anonymous,
  kind: 'jwt',
  key: 'ada',
  subject: 'ada',
  roles: new Set(['beta']),
  claims: { team: 'core', groups: ['a', 'b'], level: 3, admin: true },
};

function labelsFor(labels: readonly unknown[], facts: Partial<LabelFacts> = {}): readonly string[] {
  return createLabelsOf(
    overridesSection.parse({ labels }),
    createRecordingLogger().log,
  )({
    identity: anonymous,
    client: { name: undefined, version: undefined },
    variables: {},
    headers: new Map(),
    stickyKey: 'somebody',
    ...facts,
  });
}

describe('a label with conditions', () => {
  it.each<[Record<string, unknown>, Partial<LabelFacts>, boolean]>([
    [{ headers: { 'x-beta': '1' } }, { headers: new Map([['x-beta', '1']]) }, true],
    [{ headers: { 'x-beta': '1' } }, { headers: new Map([['x-beta', '2']]) }, false],
    [{ headers: { 'x-beta': '1' } }, {}, false],
    [{ claims: { team: 'core', level: 3, admin: true } }, { identity: ada }, true],
    [{ claims: { team: 'core', level: 4 } }, { identity: ada }, false],
    [{ claims: { groups: 'b' } }, { identity: ada }, true],
    [{ claims: { groups: 'c' } }, { identity: ada }, false],
    [{ claims: { constructor: 'core' } }, { identity: ada }, false],
    [{ client: { name: 'ios' } }, { client: { name: 'ios', version: '1' } }, true],
    [{ client: { name: 'ios', version: '2' } }, { client: { name: 'ios', version: '1' } }, false],
    [{ client: { version: '2' } }, {}, false],
    [{ when: "'beta' in identity.roles && identity.claims.team == 'core'" }, { identity: ada }, true],
    [{ when: "identity.claims.team == 'core'" }, {}, false],
    [{ when: "client.name.startsWith('io')" }, { client: { name: 'ios', version: undefined } }, true],
    [{ when: 'variables.n > 1' }, { variables: { n: 2 } }, true],
    [{ share: '100%' }, {}, true],
    [{ share: '0%' }, {}, false],
    [{ share: '100%', headers: { 'x-beta': '1' } }, {}, false],
  ])('%j for %j is on: %s', (conditions, facts, isOn) => {
    expect(labelsFor([{ label: 'move', ...conditions }], facts)).toEqual(isOn ? ['move'] : []);
  });

  it('is on when one of its entries is met, and is told once', () => {
    const labels = [
      'always',
      { label: 'b', headers: { 'x-beta': '1' } },
      { label: 'a', share: '100%' },
      { label: 'b', claims: { team: 'core' } },
    ];
    expect(labelsFor(labels)).toEqual(['a']);
    expect(labelsFor(labels, { identity: ada, headers: new Map([['x-beta', '1']]) })).toEqual(['b', 'a']);
    expect(labelsFor(labels, { identity: ada })).toEqual(['a', 'b']);
  });

  it('has its share of those who ask, always the same ones, and whom a smaller share has', () => {
    const keys = Array.from({ length: 2_000 }, (_, index) => `user ${index}`);
    const has = (share: string) =>
      keys.filter((stickyKey) => labelsFor([{ label: 'l', share }], { stickyKey }).length > 0);
    const few = has('5%');
    expect(Math.abs(few.length - 100)).toBeLessThan(40);
    expect(has('5%')).toEqual(few);
    const many = new Set(has('50%'));
    expect(few.filter((key) => !many.has(key))).toEqual([]);
  });

  it.each([
    [{ label: 'l' }, 'needs when, headers, claims, client or share'],
    [{ label: 'l', when: 'args.id == 1' }, 'speaks of args'],
    [{ label: 'l', when: 'nobody.id' }, 'is not a CEL expression'],
    [{ label: 'l', headers: { 'X-Beta': '1' } }, 'header name in lower case'],
  ])('cannot be %j', (entry, message) => {
    const { success, error } = overridesSection.safeParse({ labels: [entry] });
    expect([success, JSON.stringify(error?.issues)]).toEqual([false, expect.stringContaining(message)]);
  });
});
