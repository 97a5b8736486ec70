import { z } from 'zod';
import { always, duration, filePath, ipRange, size, timeout } from './units.ts';

const host = z.string().min(1);
const port = z.int().min(0).max(65_535);

const tls = z
  .strictObject({
    cert: filePath().describe('PEM file with the certificate, those of intermediate authorities after it.'),
    key: filePath().describe('PEM file with its private key.'),
    clientCa: filePath().optional().describe('PEM file with the authorities whose client certificates are accepted.'),
    clientCrl: filePath().optional().describe('PEM file with revocation lists, one of each authority in clientCa.'),
    clientCertificate: z
      .enum(['require', 'request'])
      .optional()
      .describe('Whether clients must have a certificate. Default: require when there is a clientCa.'),
  })
  .refine((given) => given.clientCa !== undefined || (given.clientCrl ?? given.clientCertificate) === undefined, {
    message: 'needs clientCa beside clientCertificate and clientCrl',
    ...always,
  });

/** Where clients connect. */
export const listenSection = z
  .strictObject({
    host: host
      .default('127.0.0.1')
      .describe('Address to listen on. Use 0.0.0.0 to accept connections from other machines.'),
    port: port.default(4000).describe('TCP port; 0 takes a free one.'),
    path: z
      .string()
      .regex(/^\/[\w\-./~]*$/, 'must start with / and hold no query')
      .refine((path) => !path.startsWith('/health/'), 'must not be under /health/, where the health checks are')
      .default('/graphql')
      .describe('Path of the GraphQL endpoint.'),
    allow: z
      .array(ipRange())
      .optional()
      .describe('Addresses and ranges whose requests are taken; all others are refused with 403. Default: all.'),
    deny: z
      .array(ipRange())
      .default([])
      .describe('Addresses and ranges whose requests are refused with 403, those in listen.allow as well.'),
    tls: tls
      .optional()
      .describe('TLS 1.2 or newer on this port; files that change are used for new connections. Default: none.'),
    workers: z
      .union([z.literal('auto'), z.int().min(1).max(1_024)], 'must be auto or a number of processes')
      .default(1)
      .describe(
        'How many processes answer; auto for one on each processor that the machine or the container has. Limits in memory count all of them together; maxConcurrency, maxBacklog, maxEventLoopDelay and maxStreams hold for each, and so does what traffic says of subgraphs. A change needs a restart.',
      ),
    urlBytes: size().prefault('16kb').describe('Longest request URL; a longer one is refused with 414.'),
    headerBytes: size().prefault('16kb').describe('Most bytes of request headers; more is refused with 431.'),
    headersTimeout: timeout().prefault('10s').describe('How long a client may take to send its headers.'),
    requestTimeout: timeout().prefault('20s').describe('How long a client may take to send a whole request.'),
    keepAliveTimeout: timeout().prefault('65s').describe('How long an idle connection is kept open.'),
    writeTimeout: timeout().prefault('30s').describe('How long a client may go without reading its answer.'),
    maxConcurrency: z
      .int()
      .min(1)
      .default(10_000)
      .describe('Most requests in flight; further ones are refused with 503 OVERLOADED and the gateway is not ready.'),
    maxBacklog: duration()
      .prefault('500ms')
      .describe(
        'How much longer requests may take than usual because there is more to do than the processor can, while 100 requests or more are in flight; further ones are refused with 503 OVERLOADED, those with long answers first. 0s refuses none for it.',
      ),
    maxEventLoopDelay: duration()
      .prefault('150ms')
      .describe(
        'How late the event loop may be, time and again, while 100 requests or more are in flight; until it has caught up, further ones are refused with 503 OVERLOADED. 0s refuses none for it.',
      ),
    maxStreams: z
      .int()
      .min(1)
      .default(20_000)
      .describe('Most subscriptions open at a time, which maxConcurrency does not count; further ones get 503.'),
    hotLane: z
      .boolean()
      .default(true)
      .describe(
        'Whether JSON sent by POST takes a shorter way to the same answer. false has all requests take the same way.',
      ),
    drainTimeout: duration()
      .prefault('10s')
      .describe('How long requests in flight may take to end after SIGTERM or SIGINT.'),
  })
  .refine((listen) => listen.headersTimeout <= listen.requestTimeout, {
    message: 'must not be longer than listen.requestTimeout',
    path: ['headersTimeout'],
  })
  .prefault({});

/** Where operators connect: health, metrics and commands, never the public port. */
export const adminSection = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether the admin port is opened.'),
    host: host.default('127.0.0.1').describe('Address of the admin port.'),
    port: port.optional().describe('Admin port. Default: 9464, or none with a warning when 9464 is taken.'),
    token: z
      .string()
      .regex(/^[\x21-\x7e]{16,1000}$/, 'must be at least 16 printable ASCII characters without spaces')
      .optional()
      .describe(
        'What operators must send as Authorization: Bearer to read and change what is under /control/. Without it only this machine may, on a loopback address.',
      ),
    hosts: z
      .array(
        z
          .string()
          .regex(/^[\w.-]{1,253}$/, 'must be a host name or an IPv4 address, without a port')
          .transform((name) => name.toLowerCase()),
      )
      .default([])
      .describe('Further host names by which operators reach /control/; others are refused.'),
  })
  .prefault({});

export type ListenConfig = z.output<typeof listenSection>;
export type AdminConfig = z.output<typeof adminSection>;
export type TlsConfig = z.output<typeof tls>;
