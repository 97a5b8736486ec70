/** Headers of one connection, never of the message (https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1). */
export const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
] as const;

/** Headers that describe the body or the way it is sent: they are right for one side only. */
export const ownOfEachSide = ['content-encoding', 'content-length', 'content-type'] as const;

/** Headers that only the sender of a request knows how to write. */
export const ownOfRequests: ReadonlySet<string> = new Set([
  ...hopByHop,
  ...ownOfEachSide,
  'accept',
  'accept-encoding',
  'expect',
  'host',
]);
