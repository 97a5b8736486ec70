import { CloseCode } from 'graphql-ws';

/** Why a socket is closed. */
export interface Closing {
  readonly code: number;
  /** For the client; longer than 123 bytes it is cut. */
  readonly reason: string;
}

/**
 * What the gateway closes sockets for, by the codes of WebSockets (https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1) and those of the
 * protocol (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md). Frames that are none, too large or not UTF-8 are answered by
 * 1002, 1009 and 1007 before they come here.
 */
export const closings = {
  idle: { code: 1000, reason: 'Nothing has run here for a while.' },
  leaving: { code: 1001, reason: 'The gateway is going away. Connect again.' },
  binary: { code: 1003, reason: 'Messages must be text.' },
  slow: { code: 1013, reason: 'Too much waits to be read. Connect again, and read sooner.' },
  unverifiable: { code: 1013, reason: 'Your credentials cannot be verified at the moment. Try again in a second.' },
  fault: { code: CloseCode.InternalServerError, reason: 'Unexpected error.' },
  notReady: { code: CloseCode.Unauthorized, reason: 'Wait for connection_ack before you subscribe.' },
  wrongProtocol: { code: CloseCode.SubprotocolNotAcceptable, reason: 'Ask for the protocol graphql-transport-ws.' },
  lateInit: { code: CloseCode.ConnectionInitialisationTimeout, reason: 'Connection initialisation timeout' },
  secondInit: { code: CloseCode.TooManyInitialisationRequests, reason: 'Too many initialisation requests' },
} as const satisfies Readonly<Record<string, Closing>>;

/** For a message that is none of the protocol. */
export function toInvalidClosing(reason: string): Closing {
  return { code: CloseCode.BadRequest, reason };
}

/** For credentials that do not count, or do not count any more. */
export function toForbiddenClosing(reason: string): Closing {
  return { code: CloseCode.Forbidden, reason };
}

/** For the id of an operation that still runs. */
export function toDuplicateClosing(id: string): Closing {
  return { code: CloseCode.SubscriberAlreadyExists, reason: `Subscriber for ${id} already exists` };
}

/** A reason as it fits into a close frame. */
export function toReasonBytes({ reason }: Closing): Buffer {
  const bytes = Buffer.from(reason);
  if (bytes.byteLength <= reasonMaxBytes) return bytes;
  let end = reasonMaxBytes;
  // No character may be cut in two.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

const reasonMaxBytes = 123;
