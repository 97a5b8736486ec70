import type { Command } from 'commander';
import { keyIdOf } from '../identity/api-keys/key-text.ts';
import type { Revocation } from '../identity/revocation.ts';
import type { AdminFlags } from './admin-client.ts';
import { addAdminFlags } from './admin-flags.ts';
import { parseLifetime } from './parse-lifetime.ts';
import type { Terminal } from './terminal.ts';

interface RevokeFlags extends AdminFlags {
  readonly subject?: string;
  readonly tokenId?: string;
  readonly key?: string;
  readonly fingerprint?: string;
  readonly issuer?: string;
  readonly for?: number;
  readonly undo?: true;
}

const examples = `
Examples:
  overlock revoke --subject ada --for 1d                        whoever is ada has to sign in anew
  overlock revoke --token-id 7d0c... --issuer https://login.example.com/ --for 1h
  overlock revoke --key 4f1c09a2b3d7                            an API key, of a file as well
  overlock revoke --fingerprint 9f86d0... --admin http://10.0.0.7:9464 --token "$TOKEN"
  overlock revoke --undo --key 4f1c09a2b3d7
  overlock revocations --json | jq '.revocations[].revoked'

All gateways that share the store of the one that is told take a change within a second. A subject is revoked with all that
was issued to it until now, tokens and API keys; what does not say when it was issued, such as a certificate, counts no more
at all. --for need not be longer than the longest life of what is revoked.
`;

/** `overlock revoke` and `overlock revocations`: credentials that count no more before their end. */
export function addRevokeCommands(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const command = program
    .command('revoke')
    .summary('take tokens, API keys or certificates back')
    .description('Take credentials back before their end, on all gateways that share a store.')
    .option('--subject <subject>', 'all that was issued to this subject until now')
    .option('--token-id <id>', 'the token of this id, its claim jti')
    .option('--key <id>', 'the API key of this id, the part between the underscores')
    .option('--fingerprint <sha256>', 'the certificate of this SHA-256 fingerprint')
    .option('--issuer <issuer>', 'with --subject or --token-id: only what this issuer has issued')
    .option('--for <time>', 'how long, such as 30d (default: until it is undone)', parseLifetime)
    .option('--undo', 'let it count again')
    .addHelpText('after', examples);
  addAdminFlags(command).action(async (flags: RevokeFlags) => {
    const target = toTarget(flags);
    if (target === undefined) {
      const advice = 'Name one of --subject, --token-id, --key and --fingerprint; --issuer goes with the first two.';
      return command.error(`error: ${advice}`);
    }
    const { revoke, undoRevocation } = await import('./revoke.ts');
    const { admin, token, for: lifetimeMs, undo } = flags;
    const outcome = undo
      ? undoRevocation({ admin, token, target }, terminal)
      : revoke({ admin, token, target, lifetimeMs }, terminal);
    end(await outcome);
  });
  addAdminFlags(
    program
      .command('revocations')
      .summary('list what is revoked')
      .description('List the credentials that were taken back, and until when.')
      .option('--json', 'print them as JSON')
      .addHelpText('after', examples),
  ).action(async ({ admin, token, json }: AdminFlags & { readonly json?: true }) => {
    const { listRevocations } = await import('./revoke.ts');
    end(await listRevocations({ admin, token, json: json === true }, terminal));
  });
}

/** What the flags name; `undefined` unless it is one thing. */
function toTarget({ subject, tokenId, key, fingerprint, issuer }: RevokeFlags): Revocation | undefined {
  const of = issuer === undefined ? {} : { issuer };
  const targets: readonly (Revocation | undefined)[] = [
    subject === undefined ? undefined : { subject, ...of },
    tokenId === undefined ? undefined : { tokenId, ...of },
    // Who pastes a whole key means its id, and need not send the secret anywhere.
    key === undefined || issuer !== undefined ? undefined : { key: keyIdOf(key) ?? key },
    fingerprint === undefined || issuer !== undefined ? undefined : { fingerprint: toDigits(fingerprint) },
  ];
  const [target, second] = targets.filter((one) => one !== undefined);
  return second === undefined ? target : undefined;
}

/** OpenSSL prints fingerprints as `9F:86:D0`. */
function toDigits(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}
