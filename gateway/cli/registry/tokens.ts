import { z } from 'zod';
import type { Terminal } from '../terminal.ts';
import { toLine } from '../to-line.ts';
import { atRegistry } from './at-registry.ts';
import { formatTime } from './format-time.ts';
import { printJson } from './print-json.ts';
import { printList } from './print-list.ts';
import { readAnswer } from './read-answer.ts';
import type { RegistryFlags } from './registry-flags.ts';
import type { CreateTokenFlags } from './tokens-command.ts';

const tokenShape = z.looseObject({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  teams: z.array(z.string()),
  variants: z.array(z.string()),
  expiresAt: z.number().optional(),
  revokedAt: z.number().optional(),
});
const createdShape = z.looseObject({ token: tokenShape, secret: z.string() });

/** Creates a token and prints it; resolves to the exit code. */
export function createToken(flags: CreateTokenFlags, terminal: Terminal): Promise<number> {
  const { name, role, team: teams, variant: variants, expires } = flags;
  return atRegistry(flags, terminal, async (client) => {
    const expiresAt = expires === undefined ? undefined : Date.now() + expires;
    const body = { name, role, teams, variants, expiresAt };
    const answer = await client.ask({ method: 'POST', path: ['tokens'], body });
    const { token, secret } = readAnswer(createdShape, answer);
    if (flags.json === true) {
      printJson(answer, terminal.stdout);
      return;
    }
    terminal.stderr.write(`Token ${toLine(token.id)}, ${name}. Keep it now: it cannot be printed again.\n`);
    terminal.stdout.write(`${toLine(secret)}\n`);
  });
}

/** Lists the tokens; resolves to the exit code. */
export function listTokens(flags: RegistryFlags, terminal: Terminal): Promise<number> {
  return atRegistry(flags, terminal, async (client) => {
    const answer = await client.ask({ path: ['tokens'] });
    const head = ['ID', 'NAME', 'ROLE', 'TEAMS', 'VARIANTS', 'COUNTS UNTIL'];
    printList(answer, { shape: tokenShape, head, toRow, json: flags.json === true }, terminal);
  });
}

/** Takes a token back; resolves to the exit code. */
export function revokeToken(id: string, flags: RegistryFlags, terminal: Terminal): Promise<number> {
  return atRegistry(flags, terminal, async (client) => {
    await client.ask({ method: 'DELETE', path: ['tokens', id] });
    terminal.stderr.write(`Token ${id} is revoked.\n`);
  });
}

function toRow({ id, name, role, teams, variants, expiresAt, revokedAt }: z.output<typeof tokenShape>) {
  const end = expiresAt === undefined ? 'no end' : formatTime(expiresAt);
  const until = revokedAt === undefined ? end : `revoked ${formatTime(revokedAt)}`;
  return [id, name, role, teams.join(', ') || '-', variants.join(' ') || 'all', until];
}
