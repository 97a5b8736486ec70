import { z } from 'zod';
import { headerName } from './headers.ts';
import { duration, size, timeout } from './units.ts';

/** Said by proxies, browsers and connections, for whom a client could pass itself off. */
const neverFromClients = /^(?:(?:content|proxy|sec|x-forwarded)-|(?:connection|cookie|forwarded|host|origin|upgrade)$)/;

/** Operations over WebSockets (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md), at the path of the endpoint. */
export const webSocketSection = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'Whether clients may open WebSockets at the endpoint. Pages of other sites may where cors.origins names them, whatever csrf says; their cookies and certificates count only with cors.credentials.',
      ),
    initTimeout: timeout()
      .prefault('3s')
      .describe('How long a client may take to send connection_init; then its socket is closed with 4408.'),
    initHeaders: z
      .array(
        headerName.refine(
          (name) => !neverFromClients.test(name),
          'must be none that proxies, browsers or connections write, such as cookie or x-forwarded-for',
        ),
      )
      .default([])
      .describe(
        'Members of the payload of connection_init that count as request headers of these names for all operations of the socket, for rules in headers.toSubgraphs. What the HTTP request itself says of a header counts first. Credentials and the name of the client need not be named here.',
      ),
    keepAlive: timeout()
      .prefault('12s')
      .describe('How often an open socket is pinged; a client that has not answered by the next time is cut off.'),
    idleTimeout: duration()
      .prefault('10m')
      .describe('How long a socket may be open with nothing running on it; 0s for as long as it likes.'),
    maxSockets: z
      .int()
      .min(1)
      .default(20_000)
      .describe('Most sockets open at a time in each process; further ones are refused with 503.'),
    maxOperations: z
      .int()
      .min(1)
      .max(100_000)
      .default(100)
      .describe('Most operations that run at a time on one socket; further ones get the error OVERLOADED.'),
    maxBuffered: size()
      .prefault('1mb')
      .describe(
        'Most bytes that wait for a client to read them, the message that was written last aside; with more its socket is closed with 1013.',
      ),
  })
  .prefault({});

export type WebSocketConfig = z.output<typeof webSocketSection>;
