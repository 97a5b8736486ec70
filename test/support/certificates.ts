import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Issued {
  /** Certificate in PEM. */
  readonly cert: string;
  /** Private key in PEM. */
  readonly key: string;
  readonly serial: Buffer;
}

interface IssueOptions {
  readonly commonName?: string;
  /** Such as `URI:spiffe://example.org/shop`, `DNS:localhost`, `IP:127.0.0.1`. */
  readonly names?: readonly string[];
  readonly usage?: 'clientAuth' | 'serverAuth';
  /** Days from now. */
  readonly from?: number;
  readonly to?: number;
}

export interface Authority extends Issued {
  readonly issue: (options?: IssueOptions) => Issued;
  /** A list of revoked certificates in PEM. */
  readonly revoke: (...revoked: readonly Issued[]) => string;
}

const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'));
const usages = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' } as const;
const dayMs = 86_400_000;

/** A certificate authority that lives as long as a test. */
export function createAuthority(commonName: string): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = nameOf(commonName);
  const signed = (content: Buffer) =>
    sequence(content, ecdsaWithSha256, tlv(0x03, Buffer.from([0]), sign('sha256', content, keys.privateKey)));
  const certify = (subject: Buffer, key: KeyObject, serial: Buffer, days: readonly number[], extensions: Buffer[]) =>
    toPem(
      'CERTIFICATE',
      signed(
        sequence(
          tlv(0xa0, integer(2)),
          tlv(0x02, serial),
          ecdsaWithSha256,
          issuer,
          sequence(...days.map((day) => time(day))),
          subject,
          key.export({ type: 'spki', format: 'der' }),
          tlv(0xa3, sequence(...extensions)),
        ),
      ),
    );
  const isAuthority = extension('2.5.29.19', sequence(tlv(0x01, Buffer.from([255]))));
  // keyCertSign and cRLSign
  const mayIssue = extension('2.5.29.15', tlv(0x03, Buffer.from([1, 0b0000_0110])));
  const serial = newSerial();
  return {
    cert: certify(issuer, keys.publicKey, serial, [-1, 30], [isAuthority, mayIssue]),
    key: toKeyPem(keys.privateKey),
    serial,
    issue({ commonName: name = '', names = [], usage, from = -1, to = 30 } = {}) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const serial = newSerial();
      const extensions = [
        ...(names.length > 0 ? [extension('2.5.29.17', sequence(...names.map(alternativeName)))] : []),
        ...(usage === undefined ? [] : [extension('2.5.29.37', sequence(objectId(usages[usage])))]),
      ];
      return {
        cert: certify(nameOf(name), publicKey, serial, [from, to], extensions),
        key: toKeyPem(privateKey),
        serial,
      };
    },
    revoke(...revoked) {
      const entries = revoked.map(({ serial }) => sequence(tlv(0x02, serial), time(-1)));
      const list = entries.length > 0 ? [sequence(...entries)] : [];
      return toPem('X509 CRL', signed(sequence(integer(1), ecdsaWithSha256, issuer, time(-1), time(30), ...list)));
    },
  };
}

function alternativeName(name: string): Buffer {
  const value = name.slice(name.indexOf(':') + 1);
  if (name.startsWith('IP:')) return tlv(0x87, Buffer.from(value.split('.').map(Number)));
  return tlv(name.startsWith('URI:') ? 0x86 : 0x82, Buffer.from(value));
}

function nameOf(commonName: string): Buffer {
  if (commonName === '') return sequence();
  return sequence(tlv(0x31, sequence(objectId('2.5.4.3'), tlv(0x0c, Buffer.from(commonName)))));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), tlv(0x04, value));
}

function time(days: number): Buffer {
  const text = new Date(Date.now() + days * dayMs).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return tlv(0x17, Buffer.from(text.slice(2)));
}

function newSerial(): Buffer {
  return Buffer.concat([Buffer.from([0x40]), randomBytes(15)]);
}

function integer(value: number): Buffer {
  return tlv(0x02, Buffer.from([value]));
}

function objectId(id: string): Buffer {
  const [first = 0, second = 0, ...rest] = id.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((part) => {
    const groups = [part & 127];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    return groups;
  });
  return tlv(0x06, Buffer.from(bytes));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, ...parts);
}

/** Tag, length, value: https://www.itu.int/rec/T-REC-X.690. */
function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const lengthBytes = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), value]);
}

function toKeyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
