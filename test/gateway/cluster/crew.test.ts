import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Crew } from '../../../gateway/cluster/crew.ts';
import type { ToPrimary } from '../../../gateway/cluster/messages.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';

const exec = fileURLToPath(new URL('crew-worker.mjs', import.meta.url));
const soon = { timeout: 20_000, interval: 20 };

let crew: Crew | undefined;
afterEach(async () => {
  await crew?.stop(5_000);
});

function startCrew(manner: 'live' | 'end' | 'hang', size: number, nodeOptions?: string) {
  cluster.setupPrimary({ exec, args: [manner], execArgv: [] });
  const { log, lines } = createRecordingLogger();
  const messages: ToPrimary[] = [];
  const exits: string[] = [];
  crew = new Crew({ size, nodeOptions, log, pulseMs: 50 });
  crew.start();
  crew.attach({
    onMessage: (_member, message) => messages.push(message),
    onExit: (_member, reason) => exits.push(reason),
  });
  return { crew, lines, messages, exits, flags: cluster.settings.execArgv };
}

describe('a crew', { timeout: 30_000 }, () => {
  it('lets live who answers, and ends with all of them', async () => {
    const { crew, messages, exits, lines, flags } = startCrew('live', 3);
    expect(flags).toEqual(['--max-semi-space-size=32']);
    const alive = () => messages.filter(({ kind }) => kind === 'count');
    await vi.waitFor(() => expect(alive()).toHaveLength(3), soon);
    await crew.stop(5_000);
    expect({ exits, lines, restarts: crew.restarts }).toEqual({
      exits: ['with 0', 'with 0', 'with 0'],
      lines: [],
      restarts: 0,
    });
  });

  it('starts who ends at once again later and later, with the semi-space that the operator has chosen', async () => {
    const { crew, lines, flags } = startCrew('end', 1, '--max-semi-space-size=8');
    expect(flags).toEqual([]);
    await vi.waitFor(() => expect(lines).toHaveLength(3), soon);
    expect(lines.map(({ fields }) => fields?.['pauseMs'])).toEqual([500, 1_000, 2_000]);
    expect(lines[0]).toMatchObject({ level: 'error', fields: { worker: 1, reason: 'with 3' } });
    expect(crew.restarts).toBe(2);
  });

  it('kills who hangs', async () => {
    const { exits, lines } = startCrew('hang', 1);
    await vi.waitFor(() => expect(exits).toEqual(['by SIGKILL']), soon);
    expect(lines[0]?.message).toBe('A worker does not answer any more, and is killed.');
  });
});
