import { describe, expect, it } from 'vitest';
import { type SignatureName, signatureNames } from '../../../../gateway/config/input-rules.ts';
import { createSignature } from '../../../../gateway/policy/input-rules/signatures.ts';

const attacks: Readonly<Record<SignatureName, readonly string[]>> = {
  sql: [
    "' OR '1'='1",
    "x'or'1'='1",
    "admin' -- ",
    "x') or 1=1 #",
    '" and price > 0 /*',
    "1' UNION SELECT name, password FROM users",
    '1 union\n all select null',
    '1; DROP TABLE users',
    "x'; delete from orders",
    '1 AND pg_sleep(5)',
    "1; WAITFOR DELAY '0:0:5'",
    'benchmark(1000000,md5(1))',
    'select * from information_schema.tables',
  ],
  script: [
    '<script>alert(1)</script>',
    '< ScRiPt src=//x>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<a href="javascript:alert(1)">',
    'javascript:alert(1)',
    '<iframe src=x>',
    'data:text/html;base64,PHN2Zz4=',
  ],
  path: [
    '../../etc/passwd',
    '..\\windows',
    'a/../b',
    '/..',
    '%2e%2e%2fetc',
    '..%2f',
    '%2e./x',
    'file.png\0.php',
    'a%00b',
    'x=../y',
  ],
  shell: [
    '$(whoami)',
    '$(cat /etc/passwd)',
    `a\${IFS}b`,
    '; cat /etc/passwd',
    '| nc -e x',
    '&& curl https://x',
    '`rm -rf`',
    '$(id)',
    '|whoami',
    'x > /dev/null',
  ],
  nosql: ['{"$ne": null}', '{ $where: 1 }', '$gt', 'user[$ne]', '[{"$or":[]}]', "{'$regex' : '.*'}", '{$expr:1}'],
};

/** What people write, and what must pass wherever it is written. */
const prose = [
  '',
  "It's O'Brien's shop; and he said \"yes\" -- or not?",
  "The 'select' committee of the European Union",
  'Drop us a line; update your profile, or delete it.',
  'Please sleep (8 hours) and insert coins into the machine #1',
  'JavaScript: The Good Parts',
  'a < b and c > d, on top = best',
  'I <3 you... and so on.',
  'Rock & roll | jazz; cats & dogs',
  '50% off, 100 % sure, $20 and $5 bills',
  'v1..v2, 1...10, e.g. a/b/c',
  'price: $in cash',
  'ada@example.com',
  'https://example.com/a?b=c&d=e#f',
  '日本語のテキスト 😀',
];

describe('signatures', () => {
  it.each(signatureNames)('find %s in every disguise that they are for', (name) => {
    const signature = createSignature(name);
    expect(attacks[name].filter((text) => signature.test(text, { left: 1e6 }) !== true)).toEqual([]);
  });

  it.each(signatureNames)('find no %s in what people write', (name) => {
    const signature = createSignature(name);
    expect(prose.filter((text) => signature.test(text, { left: 1e6 }) !== false)).toEqual([]);
  });

  it.each(signatureNames)('search a megabyte for %s within the effort of one request', (name) => {
    const signature = createSignature(name);
    for (const text of ["'or ", '<a ', '../', '; ls', '{$', 'a', '((', '%2', ';update ']) {
      const effort = { left: 10_000_000 };
      expect(signature.test(text.repeat(1_000_000 / text.length), effort)).toBeDefined();
      expect(effort.left).toBeGreaterThan(8_500_000);
    }
  });
});
