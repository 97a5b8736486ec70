/**
 * Whether arrays and objects of a JSON text are nested deeper than `most`. Reads the text once without parsing it, so that what
 * walks the parsed value later cannot run out of stack; of a text that is not JSON it only promises to end.
 */
export function isJsonDeeperThan(text: string, most: number): boolean {
  if (text.length <= most) return false;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index);
    if (character === quote) {
      index = endOfString(text, index);
    } else if (character === openBrace || character === openBracket) {
      depth++;
      if (depth > most) return true;
    } else if (character === closeBrace || character === closeBracket) {
      depth--;
    }
  }
  return false;
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Index of the quote that closes the string which opens at `start`. */
function endOfString(text: string, start: number): number {
  let end = start;
  do {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
  } while (isEscaped(text, end));
  return end;
}

function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === backslash) first--;
  return (index - first) % 2 === 1;
}
