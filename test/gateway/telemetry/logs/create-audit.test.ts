import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configSchema } from '../../../../gateway/config/config.ts';
import { createAudit } from '../../../../gateway/telemetry/logs/create-audit.ts';
import { noLog } from '../../../../gateway/telemetry/no-telemetry.ts';
import { toRequestFacts } from '../../../support/request-facts.ts';
import { createTemporaryFolder } from '../../../support/temporary-folder.ts';

const refused = toRequestFacts({ errorCodes: ['FORBIDDEN'], status: 403 });

describe('the audit log under a flood of refusals', () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  beforeEach(async () => {
    folder = await createTemporaryFolder();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 0 });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await folder.remove();
  });

  function open(refusals?: string) {
    const file = path.join(folder.path, 'audit.log');
    const logs = { audit: { file, ...(refusals && { refusals }) } };
    const { telemetry } = configSchema.parse({ graph: { supergraph: 's.graphql' }, telemetry: { logs } });
    const audit = createAudit(telemetry.logs, { base: {}, log: noLog, now: Date.now });
    const refuse = (times: number) => {
      for (let time = 0; time < times; time += 1) audit.requestEnded?.(refused);
    };
    const end = async () => {
      await audit.close();
      const text = await readFile(file, 'utf8');
      return text
        .trimEnd()
        .split('\n')
        .map((line): Record<string, unknown> => JSON.parse(line));
    };
    const omitted = () => audit.metrics.find(({ name }) => name === 'overlock_audit_refusals_omitted_total')?.read();
    return { audit, refuse, end, omitted };
  }

  const brief = (line: Record<string, unknown>) =>
    line['event'] === 'refusals.omitted' ? `${line['count']} of ${line['of']}` : line['event'];

  it('has so many of them as are allowed, and tells of the rest once a second and at its end', async () => {
    const { refuse, end, omitted } = open('3/min');
    refuse(5);
    vi.advanceTimersByTime(400);
    refuse(1);
    vi.advanceTimersByTime(600);
    refuse(2);
    // A third of a minute brings back one.
    vi.advanceTimersByTime(20_000);
    refuse(2);
    const lines = await end();
    expect(lines.map(brief)).toEqual([
      ...Array.from({ length: 3 }, () => 'access.refused'),
      '3 of access.refused',
      '2 of access.refused',
      'access.refused',
      '1 of access.refused',
    ]);
    expect(lines[3]).toEqual({
      time: '1970-01-01T00:00:01.000Z',
      event: 'refusals.omitted',
      message: '3 refusals were not written one by one.',
      of: 'access.refused',
      count: 3,
      from: '1970-01-01T00:00:00.000Z',
      to: '1970-01-01T00:00:00.400Z',
    });
    expect(omitted()).toEqual([{ values: ['access.refused'], value: 6 }]);
  });

  it('counts each kind of refusal by itself, and has all that was changed', async () => {
    const { audit, refuse, end } = open('1/min');
    refuse(10);
    for (let time = 0; time < 10; time += 1) {
      audit.add('control.refused', {});
      audit.add('control.changed', { time });
      audit.add('anomaly.block', {});
    }
    const lines = await end();
    const count = (event: string) => lines.filter((line) => brief(line) === event).length;
    expect(['access.refused', 'control.refused', 'control.changed', 'anomaly.block'].map(count)).toEqual([
      1, 1, 10, 10,
    ]);
    expect(lines.map(brief).slice(-2)).toEqual(['9 of access.refused', '9 of control.refused']);
  });

  it('has a hundred a second where nothing else is said, and says nothing of a rest that there is not', async () => {
    const { refuse, end } = open();
    refuse(100);
    vi.advanceTimersByTime(1_000);
    refuse(100);
    vi.advanceTimersByTime(10_000);
    const lines = await end();
    expect(lines).toHaveLength(200);
    expect(new Set(lines.map(brief))).toEqual(new Set(['access.refused']));
  });
});
