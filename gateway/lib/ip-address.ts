/** An IP address: 4 bytes, or 16 for IPv6. IPv4 that is written as IPv6 (`::ffff:192.0.2.1`) is IPv4. */
export type IpAddress = readonly number[];

/** The addresses that begin with the same bits, as `10.0.0.0/8` says it. */
export interface IpRange {
  readonly address: IpAddress;
  readonly bits: number;
}

const mappedPrefix: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

/** Reads an address in any of its spellings, with an IPv6 zone or without; `undefined` for everything else. */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (text.length > 64) return undefined;
  const address = text.includes(':') ? parseVersion6(text) : parseVersion4(text);
  const isMapped = address?.length === 16 && mappedPrefix.every((byte, index) => byte === address[index]);
  return isMapped ? address.slice(12) : address;
}

/** The one spelling of an address (https://www.rfc-editor.org/rfc/rfc5952), so that equal addresses are equal texts. */
export function formatIpAddress(address: IpAddress): string {
  if (address.length === 4) return address.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => groupAt(address, index));
  const zeros = longestZeros(groups);
  const toHex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (zeros.length < 2) return toHex(groups);
  return `${toHex(groups.slice(0, zeros.start))}::${toHex(groups.slice(zeros.start + zeros.length))}`;
}

/** Reads a range such as `10.0.0.0/8`, or an address, which is a range of one; `undefined` for everything else. */
export function parseIpRange(text: string): IpRange | undefined {
  const [name = '', prefix, ...more] = text.split('/');
  const address = parseIpAddress(name);
  if (address === undefined || more.length > 0) return undefined;
  const most = address.length * 8;
  if (prefix === undefined) return { address, bits: most };
  // The bits of a mapped address are counted from the beginning of its IPv6 form.
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) - (name.includes(':') ? 128 - most : 0) : -1;
  return bits >= 0 && bits <= most ? { address, bits } : undefined;
}

/** Whether a range holds an address; no range of IPv6 holds one of IPv4. */
export function isInIpRange(address: IpAddress, range: IpRange): boolean {
  if (address.length !== range.address.length) return false;
  return address.every((byte, index) => {
    const bits = Math.min(Math.max(range.bits - index * 8, 0), 8);
    return (byte ^ (range.address[index] ?? 0)) >> (8 - bits) === 0;
  });
}

function parseVersion4(text: string): IpAddress | undefined {
  const parts = text.split('.');
  // A leading zero means octal to some and decimal to others.
  const isValid = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return isValid ? parts.map(Number) : undefined;
}

function parseVersion6(text: string): IpAddress | undefined {
  const [address = '', zone] = text.split('%', 2);
  if (zone === '') return undefined;
  const [head = '', tail, ...more] = withoutVersion4(address).split('::');
  const left = groupsOf(head);
  const right = groupsOf(tail ?? '');
  const missing = 8 - left.length - right.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...left, ...Array<string>(missing).fill('0'), ...right];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >> 8, group & 255]);
}

/** `::ffff:192.0.2.1` as `::ffff:c000:201`. */
function withoutVersion4(text: string): string {
  const start = text.lastIndexOf(':') + 1;
  const bytes = parseVersion4(text.slice(start));
  if (bytes === undefined) return text;
  return `${text.slice(0, start)}${groupAt(bytes, 0).toString(16)}:${groupAt(bytes, 1).toString(16)}`;
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}

function groupAt(address: IpAddress, index: number): number {
  return ((address[index * 2] ?? 0) << 8) | (address[index * 2 + 1] ?? 0);
}

function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start };
  }
  return longest;
}
