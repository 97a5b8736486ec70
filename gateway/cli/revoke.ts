import { parseRevocation, type Revocation, revocationIdOf } from '../identity/revocation.ts';
import type { AdminFlags } from './admin-client.ts';
import { atGateway } from './at-gateway.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

interface RevokeOptions extends AdminFlags {
  readonly target: Revocation;
  /** How long it is to last; until it is undone without it. */
  readonly lifetimeMs: number | undefined;
}

/** Takes credentials back on all gateways that share the store; resolves to the exit code. */
export function revoke({ target, lifetimeMs, ...flags }: RevokeOptions, terminal: Terminal): Promise<number> {
  return atGateway(flags, terminal, async (client) => {
    const expiresAtMs = lifetimeMs === undefined ? undefined : Date.now() + lifetimeMs;
    await client.put('revocation', { id: revocationIdOf(target), value: target, expiresAtMs });
    const end = expiresAtMs === undefined ? 'until it is undone' : `until ${new Date(expiresAtMs).toISOString()}`;
    terminal.stderr.write(`Revoked ${end}: ${describe(target)}.\n`);
  });
}

/** Lets credentials that were taken back count again; resolves to the exit code. */
export function undoRevocation(
  { target, ...flags }: Omit<RevokeOptions, 'lifetimeMs'>,
  terminal: Terminal,
): Promise<number> {
  return atGateway(flags, terminal, async (client) => {
    if (!(await client.remove('revocation', revocationIdOf(target)))) {
      throw new Error('There is no such revocation. Run `overlock revocations` to see all.');
    }
    terminal.stderr.write(`Not revoked any more: ${describe(target)}.\n`);
  });
}

/** Lists what is revoked; resolves to the exit code. */
export function listRevocations(
  { json, ...flags }: AdminFlags & { readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  return atGateway(flags, terminal, async (client) => {
    const revocations = (await client.list('revocation')).map(({ id, value, expiresAtMs }) => {
      const expiresAt = expiresAtMs === undefined ? undefined : new Date(expiresAtMs).toISOString();
      return { id, revoked: parseRevocation(value), expiresAt };
    });
    if (json) terminal.stdout.write(`${JSON.stringify({ revocations }, undefined, 2)}\n`);
    else {
      const rows = revocations.map(({ revoked, expiresAt = 'undone' }) => [
        expiresAt,
        revoked === undefined ? 'something that cannot be read' : describe(revoked),
      ]);
      printTable(['UNTIL', 'REVOKED'], rows, terminal.stdout);
    }
  });
}

function describe(target: Revocation): string {
  if ('key' in target) return `API key ${target.key}`;
  if ('fingerprint' in target) return `certificate ${target.fingerprint}`;
  const issuer = target.issuer === undefined ? '' : ` of ${target.issuer}`;
  if ('tokenId' in target) return `token ${target.tokenId}${issuer}`;
  const until = target.issuedBefore === undefined ? 'until now' : `before ${target.issuedBefore}`;
  return `all that was issued to ${target.subject}${issuer} ${until}`;
}
