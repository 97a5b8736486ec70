/** Chunks are that long on average, beside `shortest`. */
const spread = 1 << 13;
const shortest = 2_048;
const longest = 65_536;
/** Of a line, what decides whether a chunk ends with it. */
const linePartMost = 64;

/**
 * Cuts a text at ends of lines that their own content chooses. So texts that differ in some lines have nearly all chunks in common,
 * wherever the lines are.
 */
export function toChunks(text: string): readonly string[] {
  const chunks: string[] = [];
  let start = 0;
  let at = 0;
  let end = 0;
  while (at < text.length) {
    if (at === end) end = text.indexOf('\n', at) + 1 || text.length;
    const cut = endsChunk(text, at, end, end - start);
    at = end - start < longest ? end : toWhole(text, start + longest);
    if (!cut && at === end) continue;
    chunks.push(text.slice(start, at));
    start = at;
  }
  if (start < text.length || chunks.length === 0) chunks.push(text.slice(start));
  return chunks;
}

/** Halves of characters would not survive. */
function toWhole(text: string, at: number): number {
  return /^[\ud800-\udbff]$/.test(text.charAt(at - 1)) ? at - 1 : at;
}

/** Lines of the same content always decide alike; the longer a line, the likelier it ends a chunk. */
function endsChunk(text: string, from: number, to: number, length: number): boolean {
  if (length < shortest) return false;
  let hash = 0x811c9dc5;
  const end = Math.min(to, from + linePartMost);
  for (let at = from; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 8) % spread < to - from;
}
