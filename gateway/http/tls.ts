import { X509Certificate } from 'node:crypto';
import type { Server } from 'node:https';
import { createSecureContext, type SecureContextOptions, type TLSSocket, type TlsOptions } from 'node:tls';
import type { TlsConfig } from '../config/listen.ts';
import { readTextFile } from '../config/read-text-file.ts';
import { watchFiles } from '../config/watch-files.ts';
import type { Logger } from '../telemetry/logger.ts';

const pemMaxBytes = 4 * 1024 ** 2;

/**
 * What TLS on the public port needs, from its files; `settings` is how the names of what is set begin, such as `listen.tls.`.
 * @throws Error with a sentence for the operator when a file cannot be used
 */
export async function readTls(config: TlsConfig, settings: string): Promise<TlsOptions> {
  return {
    ...(await readContext(config, settings)),
    requestCert: config.clientCa !== undefined,
    rejectUnauthorized: config.clientCa !== undefined && config.clientCertificate !== 'request',
    ALPNProtocols: ['http/1.1'],
  };
}

/**
 * Uses files that have changed for the handshakes from then on; open connections stay. Files that cannot be used, which may be
 * half written, leave the former in use.
 */
export function followTls(
  server: Server,
  config: TlsConfig,
  { settings, log }: { readonly settings: string; readonly log: Logger },
): { readonly close: () => void } {
  const reload = async () => {
    try {
      server.setSecureContext(await readContext(config, settings));
      log.info('The files of TLS were read again.');
    } catch (error) {
      log.error('The files of TLS cannot be used; the former stay in use.', { error });
    }
  };
  return watchFiles(filesOf(config), reload);
}

/** Whether a client showed a certificate that is not accepted. Where one is only requested, Node lets it through as none. */
export function showsBadCertificate(socket: TLSSocket): boolean {
  return !socket.authorized && Object.keys(socket.getPeerCertificate() ?? {}).length > 0;
}

async function readContext(config: TlsConfig, settings: string): Promise<SecureContextOptions> {
  const readPem = async (name: keyof typeof wanted, file: string) => {
    const read = await readTextFile(file, pemMaxBytes);
    if (read.kind === 'text') return read.text;
    throw new Error(`${settings}${name} names the file ${file}, which ${read.reason}.`);
  };
  const check = (name: keyof typeof wanted, use: () => unknown) => {
    try {
      use();
    } catch (cause) {
      throw new Error(`${settings}${name} names the file ${config[name]}, which ${wanted[name]}.`, { cause });
    }
  };
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
  check('clientCa', () => ca === undefined || new X509Certificate(ca));
  check('cert', () => new X509Certificate(cert));
  check('key', () => createSecureContext({ cert, key }));
  check('clientCrl', () => createSecureContext(context));
  return context;
}

const wanted = {
  cert: 'is not a certificate in PEM',
  key: 'is not the private key of the certificate in PEM, or is encrypted',
  clientCa: 'is not a certificate in PEM',
  clientCrl: 'is not a certificate revocation list in PEM',
} as const;

function filesOf({ cert, key, clientCa, clientCrl }: TlsConfig): readonly string[] {
  return [cert, key, clientCa, clientCrl].filter((file) => file !== undefined);
}
