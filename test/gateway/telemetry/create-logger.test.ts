import { describe, expect, it } from 'vitest';
import { logsSection } from '../../../gateway/config/logs.ts';
import { createLogger } from '../../../gateway/telemetry/create-logger.ts';
import { noLog } from '../../../gateway/telemetry/no-telemetry.ts';
import { createStubOutput } from './stub-output.ts';

const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const;

function createLog() {
  const { output, lines, entries } = createStubOutput();
  const log = createLogger({ level: 'trace', format: 'json' }, { output });
  return { log, lines, entries };
}

describe('the log as JSON', () => {
  it('has one object a line with level, ISO time, message and fields', () => {
    const { log, lines, entries } = createLog();
    log.warn('A thing happened.', { requestId: 'r1', count: 3 });
    expect(lines[0]).toMatch(/^\{"level":"warn","time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z".*\}\n$/);
    const [{ time: _time, ...entry } = {}] = entries();
    expect(entry).toEqual({ level: 'warn', requestId: 'r1', count: 3, message: 'A thing happened.' });
  });

  it.each(levels.map((level, index) => [level, levels.slice(index)] as const))(
    'at level %s keeps %j',
    (level, kept) => {
      const { output, entries } = createStubOutput();
      const log = createLogger({ level, format: 'json' }, { output });
      for (const name of levels) log[name]('x');
      expect(entries().map((entry) => entry['level'])).toEqual(kept);
    },
  );

  it('costs nothing below its level', () => {
    const { output } = createStubOutput();
    expect(createLogger({ level: 'silent' }, { output })).toBe(noLog);
    expect(createLogger({ level: 'warn' }, { output }).info).toBe(noLog.info);
  });

  it('redacts secrets at any depth, in maps, lists and texts, and keeps counts', () => {
    const { log, lines, entries } = createLog();
    const headers = { Authorization: 'hunter2', 'Set-Cookie': ['hunter2'], 'X-API-Key': 'hunter2', accept: '*/*' };
    log.info('x', {
      a: [{ b: { headers } }],
      map: new Map([['proxy-authorization', 'hunter2']]),
      client_secret: { value: 'hunter2' },
      accessToken: 'hunter2',
      tokens: 2000,
      text: 'sent "Bearer hunter2" to redis://me:hunter2@host/0',
      error: new Error('no Basic hunter2 here', { cause: { password: 'hunter2' } }),
    });
    expect(lines.join()).not.toContain('hunter2');
    expect(entries()[0]).toMatchObject({
      a: [{ b: { headers: { Authorization: '[redacted]', 'Set-Cookie': '[redacted]', accept: '*/*' } } }],
      tokens: 2000,
      text: 'sent "Bearer [redacted]" to redis://[redacted]@host/0',
    });
  });

  it.each([
    [['order \\d+'], ['[redacted]', 'A thing happened.']],
    [[], ['The order 17 is odd.', 'A thing happened.']],
  ])('replaces messages that match one of the patterns %j', (patterns, messages) => {
    const { output, entries } = createStubOutput();
    const { redact, mask } = logsSection.parse({ redact: { patterns } });
    const log = createLogger({ level: 'info', format: 'json', redact, mask }, { output });
    log.info('The order 17 is odd.');
    log.info('A thing happened.');
    expect(entries().map(({ message }) => message)).toEqual(messages);
  });

  it('has errors with their code, stack and causes', () => {
    const { log, entries } = createLog();
    const cause = Object.assign(new TypeError('inner'), { code: 'E_INNER' });
    log.error('x', { error: new AggregateError([new Error('one')], 'outer', { cause }) });
    expect(entries()[0]?.['error']).toMatchObject({
      type: 'AggregateError',
      message: 'outer',
      stack: expect.stringMatching(/^AggregateError: outer\n +at /),
      errors: [{ message: 'one' }],
      cause: { type: 'TypeError', message: 'inner', code: 'E_INNER', stack: expect.any(String) },
    });
  });

  it('stays one line of valid JSON whatever is logged', () => {
    const { log, lines, entries } = createLog();
    const circular: Record<string, unknown> = { text: 'a\nb\r\u0000\u001b[2J"' };
    circular['self'] = circular;
    log.info('forged\n{"level":"error"}', {
      circular,
      deep: JSON.parse(`${'[{"a":'.repeat(50)}1${'}]'.repeat(50)}`),
      long: 'x'.repeat(100_000),
      list: Array.from({ length: 1_000 }, () => 1),
      many: Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index])),
      big: 1n,
      run: () => 1,
      bytes: Buffer.alloc(5_000),
      message: 'hidden',
      level: 'fatal',
      ['__proto__']: { polluted: true },
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    expect(lines[0]?.length).toBeLessThan(12_000);
    expect(entries()[0]).toMatchObject({
      circular: { text: 'a\nb\r\u0000\u001b[2J"', self: '[circular]' },
      bytes: '[5000 bytes]',
    });
    expect(entries()[0]).toMatchObject({
      level: 'info',
      level_: 'fatal',
      message: 'forged\n{"level":"error"}',
      message_: 'hidden',
    });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('the log for people', () => {
  it('is one line an entry, with stacks below, when there is a terminal', () => {
    const { output, lines } = createStubOutput(true);
    const log = createLogger({ level: 'info' }, { output });
    log.info('A supergraph is served.', { subgraphs: 3, url: 'http://a.test/graphql', note: 'two words' });
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} info {2}A supergraph is served\. subgraphs=3 url=http:\/\/a\.test\/graphql note="two words"\n$/,
    );
    log.error('It failed.', { error: new Error('why', { cause: new Error('deeper') }) });
    expect(lines[1]).toMatch(
      /error It failed\. error="Error: why"\n {4}Error: why\n {4}at [\s\S]*\n {4}Error: deeper\n {4}at /,
    );
  });

  it('cannot be forged or move the cursor', () => {
    const { output, lines } = createStubOutput(true);
    const log = createLogger({ level: 'info' }, { output });
    log.info('a\n12:00:00.000 error forged', { 'k\u001b[2J': 'v\r\u009b2J', error: new Error('m\u001b]0;x\u0007') });
    const [first = '', ...stack] = (lines[0] ?? '').trimEnd().split('\n');
    expect(first).toContain('a\\u000a12:00:00.000 error forged');
    for (const line of stack) expect(line).toMatch(/^ {4}/);
    expect([...(lines[0] ?? '')].filter((character) => /\p{Cc}/u.test(character) && character !== '\n')).toEqual([]);
  });
});
