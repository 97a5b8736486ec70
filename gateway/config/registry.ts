import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { parseGraphRef } from '../../schema/feed/graph-ref.ts';
import { duration, filePath, httpUrl, timeout } from './units.ts';

const keyPattern = /-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g;
const mostKeys = 10;

const graphRef = z.string().transform((text, context) => {
  try {
    return parseGraphRef(text);
  } catch {
    context.addIssue('must be a graph and its variant, such as shop@production');
    return z.NEVER;
  }
});

/** Several keys in one text, so that a new one can be brought to gateways before the registry signs with it. */
const publicKeys = z.string().transform((text, context): readonly string[] => {
  const keys = text.match(keyPattern) ?? [];
  if (keys.length > 0 && keys.length <= mostKeys && keys.every(isEd25519)) return keys;
  context.addIssue('must be a public key of a registry: Ed25519 in PEM, or a file with such keys');
  return z.NEVER;
});

/** The registry that a gateway follows. */
export const registrySection = z.strictObject({
  url: httpUrl().describe('Where the registry answers. Default: $OVERLOCK_REGISTRY.'),
  graph: graphRef.describe('Graph and variant to follow, such as shop@production.'),
  token: z
    .string()
    .regex(/^[\x21-\x7e]{1,4096}$/, 'must be a token without spaces')
    .describe('Token of the registry with the role gateway. Default: $OVERLOCK_TOKEN.'),
  publicKey: publicKeys
    .optional()
    .describe(
      "The registry's public key, or several: PEM, or the path of a file with it. What it has not signed is refused. Default: signatures are not verified.",
    ),
  cache: z
    .union([z.literal(false), filePath()], 'must be a folder, or false')
    .default('.overlock')
    .describe(
      'Folder for a copy of the last good supergraph, to start from while the registry is down; false for none.',
    ),
  events: z
    .boolean()
    .default(true)
    .describe(
      'Whether the registry tells of new versions at once; otherwise it is asked every graph.poll, as where a proxy lets no long answers through.',
    ),
  usage: z
    .union(
      [
        z.literal(false),
        z.strictObject({
          every: timeout().prefault('10s').describe('How often the registry is told.'),
          timeout: timeout().prefault('5s').describe('How long that may take before it is given up.'),
          drain: duration().prefault('2s').describe('How long the last time may take when the gateway ends.'),
          clients: z
            .int()
            .min(1)
            .max(100_000)
            .default(500)
            .describe('Most clients, by name and version, that are told apart in that time; the rest are "other".'),
          operations: z
            .int()
            .min(1)
            .max(100_000)
            .default(2_000)
            .describe('Most operations that are told of in that time; the rest are counted as dropped.'),
        }),
      ],
      'must be false, or a mapping',
    )
    .prefault({})
    .describe(
      'What the registry is told of what clients use: operations without any values, fields, arguments and clients; false for nothing.',
    ),
});

export type RegistryConfig = z.output<typeof registrySection>;
export type UsageConfig = Exclude<RegistryConfig['usage'], false>;

function isEd25519(pem: string): boolean {
  try {
    return createPublicKey(pem).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}
