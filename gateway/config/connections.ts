import { z } from 'zod';
import { always, filePath, httpUrl } from './units.ts';

const tls = z
  .strictObject({
    ca: filePath()
      .optional()
      .describe('PEM file with the authorities whose certificates are accepted. Default: those that Node knows.'),
    cert: filePath()
      .optional()
      .describe("PEM file with the gateway's certificate, those of intermediate authorities after it."),
    key: filePath().optional().describe('PEM file with its private key.'),
    serverName: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .describe('Name that certificates must be for. Default: the host of the URL.'),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    message: 'needs both cert and key',
    ...always,
  });

/** How connections to subgraphs are made; each may be said for all and anew for one. */
export const connectionKeys = {
  tls: tls.optional().describe('TLS to https URLs; files that change are used for new connections.'),
  proxy: httpUrl().optional().describe('Proxy through which subgraphs are reached by CONNECT. Default: none.'),
};

export type SubgraphTlsConfig = z.output<typeof tls>;
