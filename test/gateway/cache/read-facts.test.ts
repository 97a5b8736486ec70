import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { readFacts } from '../../../gateway/cache/read-facts.ts';

const nowMs = Date.parse('2027-01-01T00:00:00Z');
const day = 'Fri, 01 Jan 2027';

/** What headers say, in few words: seconds, scope, what may be late, and what was said aloud. */
function lineOf(headers: IncomingHttpHeaders): string {
  const { policy, statesMaxAge, statesPublic, ageMs, setsCookie } = readFacts(
    headers,
    { subgraph: 's', identityNames: new Set(['x-user-id']) },
    () => nowMs,
  );
  const seconds = (ms: number) => (ms === Number.POSITIVE_INFINITY ? '-' : ms / 1_000);
  const words = [
    seconds(policy.maxAgeMs),
    policy.scope,
    seconds(policy.staleWhileRevalidateMs),
    seconds(policy.staleIfErrorMs),
    ...(ageMs > 0 ? [`age=${ageMs / 1_000}`] : []),
    ...(statesMaxAge ? ['aged'] : []),
    ...(statesPublic ? ['aloud'] : []),
    ...(setsCookie ? ['cookie'] : []),
  ];
  return words.join(' ');
}

describe('the headers of a backend', () => {
  it.each<[string, IncomingHttpHeaders, string]>([
    ['say nothing', {}, '- public - -'],
    ['say how long', { 'cache-control': 'max-age=60', age: '10' }, '60 public - - age=10 aged'],
    ['say it to who shares', { 'cache-control': 'max-age=60, s-maxage=5' }, '5 public 0 0 aged'],
    ['say it twice', { 'cache-control': 'max-age=60, MAX-AGE="5"' }, '5 public - - aged'],
    ['say what cannot be read', { 'cache-control': 'max-age=soon', age: '-1' }, '0 public - - aged'],
    ['say it is for everybody', { 'cache-control': 'Public, max-age=1' }, '1 public - - aged aloud'],
    ['say it is for one', { 'cache-control': 'public, private="x"' }, '- private - -'],
    ['forbid it', { 'cache-control': 'max-age=60, no-store' }, '0 public 0 0 aged'],
    ['want to be asked', { 'cache-control': 'max-age=60, no-cache' }, '0 public 0 0 aged'],
    [
      'allow lateness',
      { 'cache-control': 'max-age=1, stale-while-revalidate=2, stale-if-error=3' },
      '1 public 2 3 aged',
    ],
    ['forbid lateness', { 'cache-control': 'max-age=1, stale-if-error=3, must-revalidate' }, '1 public 0 0 aged'],
    ['say it as of old', { expires: `${day} 00:01:00 GMT`, date: `${day} 00:00:30 GMT` }, '30 public - - aged'],
    ['say it has ended', { expires: '0' }, '0 public - - aged'],
    ['say it both ways', { expires: '0', 'cache-control': 'max-age=9' }, '9 public - - aged'],
    ['bring a cookie', { 'set-cookie': ['a=b'], 'cache-control': 'max-age=9' }, '0 public 0 0 aged cookie'],
    ['vary by everything', { vary: 'Accept, *' }, '0 public 0 0'],
    ['vary by a language', { vary: 'Accept-Language' }, '- public - -'],
    ['vary by credentials', { vary: 'accept, Authorization' }, '- private - -'],
    ['vary by who asks, as the gateway tells', { vary: 'X_User_Id' }, '- private - -'],
    ['vary by too much', { vary: Array.from({ length: 60 }, (_, index) => `x-${index}`).join() }, '0 public 0 0'],
    [
      'have too many names',
      { 'cache-tag': Array.from({ length: 300 }, (_, index) => `t${index}`).join() },
      '0 public 0 0',
    ],
  ])('%s', (_what, headers, line) => {
    expect(lineOf(headers)).toBe(line);
  });

  it('name what is in the answer', () => {
    const { policy } = readFacts(
      { 'cache-tag': 'a, b,', 'surrogate-key': 'c  d' },
      { subgraph: 's', identityNames: new Set() },
    );
    expect(policy.tags).toEqual(['a', 'b', 'c', 'd']);
  });
});
