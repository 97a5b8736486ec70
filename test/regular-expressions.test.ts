import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRegexLiterals } from './support/regex-literals.ts';
import { findSuperLinear } from './support/super-linear.ts';

const root = path.resolve(import.meta.dirname, '..');

const found = ['gateway', 'schema', 'rest-bridge', 'subgraphs']
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  )
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    return findRegexLiterals(text).map((literal) => ({ ...literal, file }));
  });

describe('regular expressions of the sources', () => {
  it('take linear time, however a text is made', () => {
    const slow = found.flatMap(({ file, line, source, flags }) => {
      const reason = findSuperLinear(new RegExp(source, flags));
      return reason === undefined ? [] : [`${file}:${line} /${source}/ ${reason}`];
    });
    expect(slow).toEqual([]);
  });

  it('are found', () => {
    expect(found.length).toBeGreaterThan(90);
    const text = [
      'const a = b / c / d; // /no/',
      `const e = '/no/' + "/no/" + \`/no/ \${f(/y\\/es/g) + \`\${{ g: /[/\`]/ }.g}/no/\`} /no/\`;`,
      'return /yes/.test(h[0] / 2) ? /y"es/u : i++ / 2 / 1; /* /no/ */',
    ].join('\n');
    expect(findRegexLiterals(text)).toEqual([
      { line: 2, source: 'y\\/es', flags: 'g' },
      { line: 2, source: '[/`]', flags: '' },
      { line: 3, source: 'yes', flags: '' },
      { line: 3, source: 'y"es', flags: 'u' },
    ]);
  });
});

describe('what is told of regular expressions', () => {
  it.each([
    /\s+$/,
    /\/+$/,
    /a.*b/,
    /: ".*$/s,
    /^(a+)+$/,
    /^(a|a)*$/,
    /^(?:\w+\s?)*$/,
    /^a*a*$/,
    /^(.*),(.*),(.*)$/,
    /^\d+(?:\d+)?x/,
    /([^:,]+):/,
    /^[a-z]*[^\d]*$/i,
    /x*y\b/,
    /(?:^|,)a*,*b/m,
    /(?<![x])a+b/,
    /(?<![xa])(?:a|b)+c/,
    /\d{2,}x/,
  ])('%s is not linear', (regex) => {
    expect(findSuperLinear(regex)).toBeDefined();
  });

  it.each([
    /\w+/g,
    /^\s+/,
    /\s+/,
    /^\s*$/,
    /^a+b+$/,
    /^(?:ab)*$/,
    /^(?:[^"\\]|\\.)*$/,
    /"(?:[^"\\]|\\.){0,100}"/,
    /\.[^.]*$/,
    /^([^{}]*)\/\{([^{}]+)\}\/?$/,
    /a*y/y,
    /[a-z]{1,100}@/,
    /^\d{1,3}(?:,\d{3})*(?:\.\d+)?$/,
    /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i,
    /\bx\b/,
    /a*/,
    /a{2,}/,
    /(?<![ab])a+c/,
    /(?:^|,)a*b/m,
  ])('%s is linear', (regex) => {
    expect(findSuperLinear(regex)).toBeUndefined();
  });

  it('is nothing of what is not understood', () => {
    for (const regex of [/(a)\1/, /(?=a*)b/, /(?<x>a)\k<x>/])
      expect(() => findSuperLinear(regex)).toThrow('not understood');
  });
});
