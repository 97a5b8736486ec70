/** The first primes, of which the constants are made. */
const primes = Array.from({ length: 312 }, (_, index) => index).filter(
  (number) =>
    number > 1 && !Array.from({ length: number - 2 }, (_, index) => index + 2).some((one) => number % one === 0),
);
const fraction = (root: number) => ((root % 1) * 2 ** 32) | 0;
const start = primes.slice(0, 8).map((prime) => fraction(prime ** (1 / 2)));
const rounds = primes.slice(0, 64).map((prime) => fraction(prime ** (1 / 3)));

/**
 * SHA-256 of a text (https://csrc.nist.gov/pubs/fips/180-4/upd1/final). Browsers have one of their own only for pages that came by HTTPS
 * or from this machine.
 */
export function sha256(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const state = Int32Array.from(start);
  for (let at = 0; at < padded.length; at += 64) takeBlock(state, view, at);
  const digest = new DataView(new ArrayBuffer(32));
  for (const [place, word] of state.entries()) digest.setInt32(place * 4, word);
  return new Uint8Array(digest.buffer);
}

function takeBlock(state: Int32Array, view: DataView, at: number): void {
  const words = new Int32Array(64);
  const word = (place: number) => words[place] ?? 0;
  for (let place = 0; place < 16; place += 1) words[place] = view.getInt32(at + place * 4);
  for (let place = 16; place < 64; place += 1) {
    const [two, fifteen] = [word(place - 2), word(place - 15)];
    const one = turn(fifteen, 7) ^ turn(fifteen, 18) ^ (fifteen >>> 3);
    const other = turn(two, 17) ^ turn(two, 19) ^ (two >>> 10);
    words[place] = word(place - 16) + one + word(place - 7) + other;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, last = 0] = state;
  for (const [place, constant] of rounds.entries()) {
    const chosen = (e & f) ^ (~e & g);
    const one = (last + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + chosen + constant + word(place)) | 0;
    const most = (a & b) ^ (a & c) ^ (b & c);
    const other = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + most) | 0;
    [a, b, c, d, e, f, g, last] = [(one + other) | 0, a, b, c, (d + one) | 0, e, f, g];
  }
  for (const [place, value] of [a, b, c, d, e, f, g, last].entries()) state[place] = (state[place] ?? 0) + value;
}

function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}
