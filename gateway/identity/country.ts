import { readFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { type CountryResponse, Reader } from 'maxmind';
import type { CountryConfig } from '../config/country.ts';
import { watchFiles } from '../config/watch-files.ts';
import { type IpRange, isInIpRange, parseIpAddress } from '../lib/ip-address.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Who asks where a client is. */
interface CountryQuestion {
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** The address of the connection's other end. */
  readonly remoteAddress: string | undefined;
  /** The client's address, taken through trusted proxies only. */
  readonly ip: string | undefined;
}

/** What of a configuration says how countries are found. */
export interface CountryOptions {
  readonly identity: { readonly trustedProxies: readonly IpRange[] };
  readonly telemetry: { readonly usage: { readonly country?: CountryConfig | undefined } };
}

/** Where clients are. */
export interface Countries {
  /** As ISO 3166-1 has it (https://www.iso.org/iso-3166-country-codes.html); `undefined` where it is not known. */
  readonly of: (question: CountryQuestion) => string | undefined;
  /** Reads what has to be read before the first request; gives what stands in its way. */
  readonly open: () => Promise<string | undefined>;
  readonly close: () => void;
}

const code = /^[A-Z]{2}$/;
/** Of what is decoded of the file: a few megabytes. */
const entriesMost = 10_000;

/** What finds countries as a configuration asks for; `undefined` when they are not looked for. */
export function createCountries(
  { identity: { trustedProxies }, telemetry: { usage } }: CountryOptions,
  log: Logger,
): Countries | undefined {
  const { country } = usage;
  if (country === undefined) return undefined;
  return 'header' in country ? fromHeader(country.header, trustedProxies) : fromFile(country.file, log);
}

function fromHeader(header: string, trusted: readonly IpRange[]): Countries {
  return {
    of({ headers, remoteAddress }) {
      const country = headers.get(header)?.toUpperCase();
      if (country === undefined || !code.test(country)) return undefined;
      // Clients can send it as well.
      const remote = parseIpAddress(remoteAddress ?? '');
      return remote !== undefined && trusted.some((range) => isInIpRange(remote, range)) ? country : undefined;
    },
    open: async () => undefined,
    close: () => {},
  };
}

function fromFile(file: string, log: Logger): Countries {
  let reader: Reader<CountryResponse> | undefined;
  const read = async () => {
    try {
      reader = new Reader<CountryResponse>(await readFile(file), { cache: new LRUCache({ max: entriesMost }) });
      return undefined;
    } catch (error) {
      return `${file} cannot be read as a database of countries: ${error instanceof Error ? error.message : 'it failed'}`;
    }
  };
  const readAnew = async () => {
    const problem = await read();
    if (problem !== undefined) log.error('The database of countries at work stays.', { problem });
  };
  const watched = watchFiles([file], () => void readAnew());
  return {
    of({ ip }) {
      if (reader === undefined || ip === undefined) return undefined;
      try {
        const found = reader.get(ip);
        return (found?.country ?? found?.registered_country)?.iso_code;
      } catch {
        // An address of IPv6 in a database of IPv4, or a part of the file that is broken.
        return undefined;
      }
    },
    open: read,
    close: () => watched.close(),
  };
}
