import { describe, expect, it } from 'vitest';
import { csrfSection } from '../../../gateway/config/web.ts';
import { assertNotForged } from '../../../gateway/http/csrf.ts';
import { toRequestHead } from '../../../gateway/http/request-head.ts';

const config = csrfSection.parse({});
const shop = 'https://shop.example.com';

function attempt(method: string, headers: Record<string, string>, settings = config): string {
  const request = new Request('http://api.example:4000/graphql', { method });
  const all = new Headers({ host: 'api.example:4000', ...headers });
  try {
    assertNotForged(
      { ...toRequestHead(request), header: (name) => all.get(name) ?? undefined },
      settings,
      (origin) => origin === shop,
    );
    return 'passes';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'fault';
  }
}

describe('assertNotForged', () => {
  it.each<[string, string, Record<string, string>]>([
    ['a GET that tells nothing, such as from curl', 'GET', {}],
    ['a GET of a page of the gateway itself', 'GET', { 'sec-fetch-site': 'same-origin' }],
    ['a GET that a user typed', 'GET', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
    ['a GET of an allowed origin', 'GET', { 'sec-fetch-site': 'cross-site', origin: shop }],
    ['a GET of an old browser from a page here', 'GET', { referer: 'http://api.example:4000/graphql' }],
    [
      'a JSON body, for which the browser asked first',
      'POST',
      { 'content-type': 'application/json', origin: 'https://evil.example' },
    ],
    [
      'a foreign GET with a header that proves that it asked',
      'GET',
      { 'sec-fetch-site': 'cross-site', 'x-overlock-csrf': '1' },
    ],
    [
      'a foreign GET with a content type that proves it',
      'GET',
      { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
    ],
    ['a method that browsers ask for first', 'PUT', { 'sec-fetch-site': 'cross-site' }],
  ])('passes %s', (_name, method, headers) => {
    expect(attempt(method, headers)).toBe('passes');
  });

  it.each<[string, string, Record<string, string>]>([
    ['an image of another site', 'GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['a link on another site', 'GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['a page of a sibling domain', 'GET', { 'sec-fetch-site': 'same-site', origin: 'https://other.example' }],
    ['another origin in an old browser', 'GET', { origin: 'https://evil.example' }],
    ['an origin that hides', 'GET', { origin: 'null' }],
    ['another page in an old browser', 'GET', { referer: 'https://api.example/graphql' }],
    ['a form', 'POST', { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' }],
    ['a disguised body', 'POST', { 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain; application/json' }],
    ['a body of no type', 'POST', { origin: 'https://evil.example' }],
    ['an empty proof', 'GET', { 'sec-fetch-site': 'cross-site', 'x-overlock-csrf': '' }],
  ])('refuses %s', (_name, method, headers) => {
    expect(attempt(method, headers)).toBe('CSRF_PREVENTION_FAILED');
    expect(attempt(method, headers, { ...config, enabled: false })).toBe('passes');
  });
});
