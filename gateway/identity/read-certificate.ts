import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClientCertificate } from './identity.ts';

/** Reading a certificate costs more than the rest of `identify`, and it stays the same as long as its connection. */
const certificates = new WeakMap<Socket, ClientCertificate | undefined>();

/** The certificate of the client at the other end of a connection; `undefined` without one that TLS has verified. */
export function readCertificate(socket: Socket | undefined): ClientCertificate | undefined {
  if (socket === undefined || !isAuthorized(socket)) return undefined;
  if (!certificates.has(socket)) certificates.set(socket, toClientCertificate(socket));
  return certificates.get(socket);
}

function isAuthorized(socket: Socket): socket is TLSSocket {
  return 'authorized' in socket && socket.authorized === true;
}

function toClientCertificate(socket: TLSSocket): ClientCertificate | undefined {
  const { subject, subjectaltname, fingerprint256 } = socket.getPeerCertificate();
  // The declared type does not know of clients without a certificate, for whom all of it is missing.
  if (fingerprint256 === undefined) return undefined;
  const commonName: unknown = subject?.CN;
  return {
    subject: typeof commonName === 'string' ? commonName : '',
    alternativeNames: parseAlternativeNames(subjectaltname ?? ''),
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/** Node writes `URI:spiffe://a/b, DNS:"a, b"`: values that could be taken for several names are JSON strings. */
function parseAlternativeNames(text: string): readonly string[] {
  const names: string[] = [];
  for (const [, kind, quoted, plain] of text.matchAll(/([^:,]+):(?:("(?:[^"\\]|\\.)*")|([^,]*))(?:, |$)/gy)) {
    names.push(`${kind}:${quoted === undefined ? plain : JSON.parse(quoted)}`);
  }
  return names;
}
