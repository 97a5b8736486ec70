import { X509Certificate } from 'node:crypto';
import type { Server } from 'node:https';
import { createSecureContext, type SecureContextOptions, type TLSSocket, type TlsOptions } from 'node:tls';
import type { TlsConfig } from '../config/listen.ts';
import { readTextFile } from '../config/read-text-file.ts';
import { watchFiles } from '../config/watch-files.ts';
import type { Logger } from '../telemetry/logger.ts';

const pemMaxBytes = 4 * 1024 ** 2;

/**
 * What TLS on the public port needs, from its files.
 * @throws Error with a sentence for the operator when a file cannot be used
 */
export async function readTls(config: TlsConfig): Promise<TlsOptions> {
  return {
    ...(await readContext(config)),
    requestCert: config.clientCa !== undefined,
    rejectUnauthorized: config.clientCa !== undefined && config.clientCertificate !== 'request',
    ALPNProtocols: ['http/1.1'],
  };
}

/**
 * Uses files that have changed for the handshakes from then on; open connections stay. Files that cannot be used, which may be
 * half written, leave the former in use.
 */
export function followTls(server: Server, config: TlsConfig, log: Logger): { readonly close: () => void } {
  const reload = async () => {
    try {
      server.setSecureContext(await readContext(config));
      log.info('The files of listen.tls were read again.');
    } catch (error) {
      log.error('The files of listen.tls cannot be used; the former stay in use.', { error });
    }
  };
  return watchFiles(filesOf(config), reload);
}

/** Whether a client showed a certificate that is not accepted. Where one is only requested, Node lets it through as none. */
export function showsBadCertificate(socket: TLSSocket): boolean {
  return !socket.authorized && Object.keys(socket.getPeerCertificate() ?? {}).length > 0;
}

async function readContext(config: TlsConfig): Promise<SecureContextOptions> {
  const [cert, key, ca, crl] = await Promise.all([
    readPem('cert', config.cert),
    readPem('key', config.key),
    config.clientCa === undefined ? undefined : readPem('clientCa', config.clientCa),
    config.clientCrl === undefined ? undefined : readPem('clientCrl', config.clientCrl),
  ]);
  const context: SecureContextOptions = {
    cert,
    key,
    ...(ca !== undefined && { ca }),
    ...(crl !== undefined && { crl }),
    minVersion: 'TLSv1.2',
  };
  check('clientCa', config.clientCa, () => ca === undefined || new X509Certificate(ca));
  check('cert', config.cert, () => new X509Certificate(cert));
  check('key', config.key, () => createSecureContext({ cert, key }));
  check('clientCrl', config.clientCrl, () => createSecureContext(context));
  return context;
}

async function readPem(name: string, file: string): Promise<string> {
  const read = await readTextFile(file, pemMaxBytes);
  if (read.kind === 'text') return read.text;
  throw new Error(`listen.tls.${name} names the file ${file}, which ${read.reason}.`);
}

const wanted: Readonly<Record<string, string>> = {
  cert: 'is not a certificate in PEM',
  key: 'is not the private key of the certificate in PEM, or is encrypted',
  clientCa: 'is not a certificate in PEM',
  clientCrl: 'is not a certificate revocation list in PEM',
};

function check(name: string, file: string | undefined, use: () => unknown): void {
  try {
    use();
  } catch (cause) {
    throw new Error(`listen.tls.${name} names the file ${file}, which ${wanted[name]}.`, { cause });
  }
}

function filesOf({ cert, key, clientCa, clientCrl }: TlsConfig): readonly string[] {
  return [cert, key, clientCa, clientCrl].filter((file) => file !== undefined);
}
