import { z } from 'zod';
import { named } from './units.ts';

/** A header's name (https://www.rfc-editor.org/rfc/rfc9110#name-field-names), in lower case once parsed. */
export const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be a header name')
  .transform((name) => name.toLowerCase());
const headerValue = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must hold no control characters');
const subgraphs = z.array(z.string()).optional().describe('Only for these subgraphs. Default: all.');

const toSubgraphs = z
  .strictObject({
    propagate: z.array(headerName).optional().describe('Client headers that are passed on as they are.'),
    rename: named(headerName, headerName).optional().describe('Client headers that are passed on by another name.'),
    set: named(headerName, headerValue).optional().describe('Headers that the gateway sets.'),
    remove: z.array(headerName).optional().describe('Headers that an earlier rule added and that are taken back.'),
    subgraphs,
  })
  .describe('One rule; rules apply in order.');

const toClients = z
  .strictObject({
    propagate: z.array(headerName).optional().describe('Subgraph headers that are passed on to the client.'),
    set: named(headerName, headerValue).optional().describe('Headers that the gateway sets.'),
    subgraphs,
  })
  .describe('One rule; rules apply in order.');

/** Which headers cross the gateway. None do unless named here. */
export const headersSection = z
  .strictObject({
    toSubgraphs: z.array(toSubgraphs).default([]).describe('From client requests to subgraph fetches.'),
    toClients: z.array(toClients).default([]).describe('From subgraph answers to the client.'),
  })
  .prefault({});

export type HeadersConfig = z.output<typeof headersSection>;
export type SubgraphHeaderRule = z.output<typeof toSubgraphs>;
export type ClientHeaderRule = z.output<typeof toClients>;
