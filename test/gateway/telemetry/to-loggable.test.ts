import { describe, expect, it } from 'vitest';
import { logsSection } from '../../../gateway/config/logs.ts';
import { createToLoggable } from '../../../gateway/telemetry/to-loggable.ts';

function clean(value: unknown, sections: Record<string, unknown> = {}): unknown {
  return createToLoggable(logsSection.parse(sections))(value);
}

describe('what is logged', () => {
  it('has no values of members that the configuration names, at any depth and however they are spelled', () => {
    const redact = { keys: ['Account-Number', 'seat'] };
    const value = { accountNumber: 42, list: [{ ACCOUNT_NUMBER: 'hunter2', seat: true, other: 1 }] };
    expect(clean(value, { redact })).toEqual({
      accountNumber: '[redacted]',
      list: [{ ACCOUNT_NUMBER: '[redacted]', seat: '[redacted]', other: 1 }],
    });
  });

  it('has no text that matches a pattern, in members, names, errors and causes', () => {
    const redact = { patterns: ['\\b\\d{4}-\\d{4}\\b', '^hunter'] };
    const error = new Error('the card 1234-5678', { cause: 'hunter2' });
    error.stack = 'at 1234-5678';
    const text = JSON.stringify(clean({ error, a: 'x 1234-5678 y', hunter2: 'b', c: '12345-678' }, { redact }));
    expect(text).not.toMatch(/1234-5678|hunter/);
    expect(text).toContain('"c":"12345-678"');
  });

  it('is looked through in linear time, and not shown when that is too much', () => {
    const redact = { patterns: ['(a+)+b', '(x|xx)*y$'] };
    const startedMs = performance.now();
    clean(
      Array.from({ length: 50 }, () => 'a'.repeat(8_000)),
      { redact },
    );
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it.each([
    ['203.0.113.77', '203.0.113.0'],
    ['::ffff:203.0.113.77', '203.0.113.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['1.2.3', '1.2.3'],
    ['mail ada.l+x@shop.example.org now', 'mail [e-mail] now'],
    ['<a@b.co>,c@d.org', '<[e-mail]>,[e-mail]'],
    ['@b.co a@ a@b', '@b.co a@ a@b'],
    ['a@b.co@c.de', '[e-mail]@c.de'],
  ])('has %s as %s', (text, masked) => {
    expect(clean({ text })).toEqual({ text: masked });
    expect(clean({ text }, { mask: { ip: false, emails: false } })).toEqual({ text });
  });

  it('finds addresses of e-mail in linear time', () => {
    const startedMs = performance.now();
    clean('a@'.repeat(4_000));
    clean(`${'a'.repeat(8_000)}@${'b'.repeat(8_000)}`);
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});
