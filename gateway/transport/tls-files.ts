import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { SubgraphTlsConfig } from '../config/connections.ts';
import { watchFiles } from '../config/watch-files.ts';
import type { Logger } from '../telemetry/logger.ts';

/** What TLS to a subgraph needs. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly minVersion: 'TLSv1.2';
}

const pemMaxBytes = 4 * 1024 ** 2;

const wanted = {
  ca: 'is not a certificate in PEM',
  cert: 'is not a certificate in PEM',
  key: 'is not the private key of the certificate in PEM, or is encrypted',
} as const;

/**
 * The contents of the files.
 * @throws Error with a sentence for the operator when one cannot be used
 */
export function readTlsFiles({ ca, cert, key }: SubgraphTlsConfig): TlsMaterial {
  const own = cert === undefined ? undefined : readPem('cert', cert, (text) => new X509Certificate(text));
  return {
    minVersion: 'TLSv1.2',
    ...(ca !== undefined && { ca: readPem('ca', ca, (text) => new X509Certificate(text)) }),
    ...(own !== undefined && { cert: own }),
    ...(own !== undefined &&
      key !== undefined && { key: readPem('key', key, (text) => createSecureContext({ cert: own, key: text })) }),
  };
}

/** Tells of files that have changed; those that cannot be used, which may be half written, leave the former in use. */
export function followTlsFiles(
  tls: SubgraphTlsConfig,
  log: Logger,
  onChange: (material: TlsMaterial) => void,
): { readonly close: () => void } {
  const files = [tls.ca, tls.cert, tls.key].filter((file) => file !== undefined);
  return watchFiles(files, () => {
    try {
      onChange(readTlsFiles(tls));
      log.info('The files of TLS to a subgraph were read again.', { files });
    } catch (error) {
      log.error('The files of TLS to a subgraph cannot be used; the former stay in use.', { error });
    }
  });
}

function readPem(name: keyof typeof wanted, file: string, use: (text: string) => unknown): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`The setting tls.${name} of traffic names the file ${file}, which cannot be read.`, { cause });
  }
  if (text.length > pemMaxBytes)
    throw new Error(`The setting tls.${name} of traffic names the file ${file}, which is larger than 4 MB.`);
  try {
    use(text);
  } catch (cause) {
    throw new Error(`The setting tls.${name} of traffic names the file ${file}, which ${wanted[name]}.`, { cause });
  }
  return text;
}
