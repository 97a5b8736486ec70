import { describe, expect, it } from 'vitest';
import { logsSection, usualAccessLog } from '../../../../gateway/config/logs.ts';
import { createLogger } from '../../../../gateway/telemetry/create-logger.ts';
import { createAccessLog } from '../../../../gateway/telemetry/logs/access-log.ts';
import type { LevelRule } from '../../../../gateway/telemetry/logs/level-rule.ts';
import { LogLevels } from '../../../../gateway/telemetry/logs/log-levels.ts';
import { RequestsUnderWay } from '../../../../gateway/telemetry/logs/requests-under-way.ts';
import { facts, toRequest } from '../run-request.ts';
import { createStubOutput } from '../stub-output.ts';

function open(sections: Record<string, unknown> = {}, random = () => 0.5) {
  const config = logsSection.parse({ format: 'json', ...sections });
  const requests = new RequestsUnderWay();
  const levels = new LogLevels(config.level, requests);
  const { output, entries } = createStubOutput();
  const log = createLogger(config, { output, requests, levels });
  const isOn = config.access !== false;
  const access = createAccessLog({ config: config.access || usualAccessLog, isOn, log, levels, random });
  return { access, log, levels, requests, entries };
}

const fetch = {
  subgraph: 'reviews',
  operationKind: 'query',
  errorCode: undefined,
  deduped: false,
  durationMs: 1,
} as const;

describe('the access log', () => {
  it('is off unless it is wanted', () => {
    const { access, entries } = open();
    access.requestEnded(facts);
    access.fetchEnded(fetch);
    expect(entries()).toEqual([]);
  });

  it('has a line for each request with what the configuration names', () => {
    const request = toRequest({ 'x-trace-me': 'abc', 'user-agent': 'curl' }, { ip: '203.0.113.7' });
    const fields = ['status', 'correlationId', 'ip', 'client', 'userAgent', 'cost'];
    const { access, entries } = open({ access: { fields, correlationHeader: 'X-Trace-Me' } });
    access.requestEnded({ ...facts, request, client: { name: 'ios', version: undefined } });
    const [{ time: _time, ...line } = {}] = entries();
    expect(line).toEqual({
      level: 'info',
      message: 'A request was answered.',
      requestId: facts.requestId,
      status: 200,
      correlationId: 'abc',
      ip: '203.0.113.0',
      client: { name: 'ios' },
      userAgent: 'curl',
    });
  });

  it('has a share of those that went well, and all others', () => {
    const chances = [0.05, 0.5, 0.99];
    const { access, entries } = open({ access: { sample: '10%' } }, () => chances.shift() ?? 0);
    for (const requestId of ['a', 'b', 'c']) access.requestEnded({ ...facts, requestId });
    access.requestEnded({ ...facts, requestId: 'd', errorCodes: ['FORBIDDEN'] });
    expect(entries().map((entry) => entry['requestId'])).toEqual(['a', 'd']);
  });

  it('has a line for each fetch where that is wanted', () => {
    const { access, entries } = open({ access: { fetches: true } });
    access.fetchEnded({ ...fetch, requestId: 'r1' });
    expect(entries()).toMatchObject([
      { level: 'info', message: 'A fetch has ended.', requestId: 'r1', subgraph: 'reviews' },
    ]);
  });
});

describe('levels that are set at run time', () => {
  const rule = (level: LevelRule['level'], scope: LevelRule['scope'], name = ''): LevelRule => ({ level, scope, name });

  it.each([
    { rules: [rule('debug', 'all')], seen: ['ios', 'web', 'fetch ios', 'fetch web'] },
    { rules: [rule('debug', 'client', 'ios')], seen: ['ios', 'fetch ios'] },
    { rules: [rule('debug', 'operation', 'Shop')], seen: ['ios', 'web', 'fetch ios', 'fetch web'] },
    { rules: [rule('debug', 'operation', 'abc')], seen: ['ios', 'web', 'fetch ios', 'fetch web'] },
    { rules: [rule('debug', 'operation', 'Other')], seen: [] },
    { rules: [rule('debug', 'subgraph', 'reviews')], seen: ['fetch ios', 'fetch web'] },
    { rules: [rule('debug', 'all'), rule('warn', 'client', 'web')], seen: ['ios', 'fetch ios'] },
    { rules: [rule('silent', 'all'), rule('trace', 'client', 'web')], seen: ['web', 'fetch web'] },
  ])('show what $rules ask for', ({ rules, seen }) => {
    const { access, levels, requests, entries } = open({ level: 'error' });
    const end = () => {
      for (const name of ['ios', 'web']) {
        const request = toRequest({}, { id: name, client: { name } });
        requests.enter(request);
        access.fetchEnded({ ...fetch, requestId: name });
        access.requestEnded({ ...facts, requestId: name, request });
        requests.leave(request);
      }
    };
    end();
    expect(entries()).toEqual([]);
    levels.set(rules);
    end();
    const lines = entries().map(
      ({ message, requestId }) => `${message === 'A fetch has ended.' ? 'fetch ' : ''}${requestId}`,
    );
    expect(lines.sort()).toEqual([...seen].sort());
    levels.set([]);
    end();
    expect(entries()).toHaveLength(seen.length);
  });

  it('can make the log say less', () => {
    const { log, levels, entries } = open();
    log.info('a');
    levels.set([{ level: 'error', scope: 'all', name: '' }]);
    log.warn('b');
    log.error('c');
    expect(entries().map(({ message }) => message)).toEqual(['a', 'c']);
  });
});
