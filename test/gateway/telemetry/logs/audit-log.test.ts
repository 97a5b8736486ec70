import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AuditLog } from '../../../../gateway/telemetry/logs/audit-log.ts';
import { createToLoggable } from '../../../../gateway/telemetry/to-loggable.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';
import { createTemporaryFolder } from '../../../support/temporary-folder.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function openAuditLog() {
  const folder = await createTemporaryFolder();
  endings.push(folder.remove);
  const file = path.join(folder.path, 'audit.log');
  const { log, lines: logged } = createRecordingLogger();
  const onLost = vi.fn();
  const audit = new AuditLog({ file, base: { worker: 2 }, toLoggable: createToLoggable(), log, onLost, now: () => 0 });
  const linesOf = async (name = file) =>
    (await readFile(name, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
  return { audit, file, folder: folder.path, logged, onLost, linesOf };
}

describe('the audit log', () => {
  it('adds lines in order to what there is, without secrets, for its owner alone', async () => {
    const { audit, file, linesOf } = await openAuditLog();
    for (let count = 0; count < 100; count += 1) audit.add('control.changed', { count, token: 'hunter2' });
    await audit.close();
    const lines = await linesOf();
    expect(lines.map((line) => line['count'])).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(lines[0]).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      event: 'control.changed',
      worker: 2,
      count: 0,
      token: '[redacted]',
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('begins a new file when the one at work was moved away, and goes on with one that is there', async () => {
    const { audit, file, linesOf } = await openAuditLog();
    await writeFile(file, '{"event":"old"}\n');
    audit.add('a', {});
    await vi.waitFor(async () => expect(await linesOf()).toHaveLength(2));
    await rename(file, `${file}.1`);
    audit.add('b', {});
    await vi.waitFor(async () => expect(await linesOf()).toMatchObject([{ event: 'b' }]));
    await audit.close();
    expect(await linesOf(`${file}.1`)).toMatchObject([{ event: 'old' }, { event: 'a' }]);
  });

  it('keeps lines while it cannot be written, tells so once, and counts what is lost', async () => {
    const { audit, file, logged, onLost } = await openAuditLog();
    await mkdir(file);
    audit.add('a', {});
    await vi.waitFor(() => expect(logged).toHaveLength(1));
    audit.add('b', { text: Array.from({ length: 100 }, () => 'x'.repeat(8_000)) });
    for (let count = 0; count < 10; count += 1) {
      audit.add('c', { text: Array.from({ length: 100 }, () => 'x'.repeat(8_000)) });
    }
    expect(onLost.mock.calls.length).toBeGreaterThan(4);
    await audit.close();
    expect(onLost.mock.calls.length).toBe(12);
    expect(logged).toMatchObject([{ level: 'error' }]);
  });

  it('keeps room for what was changed while it cannot be written, however many are refused', async () => {
    const { audit, file, onLost } = await openAuditLog();
    await mkdir(file);
    const text = Array.from({ length: 100 }, () => 'x'.repeat(8_000));
    for (let count = 0; count < 10; count += 1) audit.addRefusal('access.refused', { text });
    const lost = onLost.mock.calls.length;
    expect(lost).toBeGreaterThan(5);
    for (let count = 0; count < 2; count += 1) audit.add('control.changed', { text });
    expect(onLost).toHaveBeenCalledTimes(lost);
    await audit.close();
  });
});
