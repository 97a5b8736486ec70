const quote = 0x22;
const backslash = 0x5c;
const longDigits = /[0-9]{16}/;
const numberToken = /-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;

/**
 * Like `JSON.parse`, but an integer that a double cannot hold exactly arrives as a string of its digits.
 *
 * @throws SyntaxError when the text is not JSON.
 */
export function parseJson(text: string): unknown {
  return JSON.parse(longDigits.test(text) ? quoteLargeIntegers(text) : text);
}

function quoteLargeIntegers(text: string): string {
  let result = '';
  let copied = 0;
  let position = 0;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    if (code === quote) {
      position = endOfString(text, position);
    } else if (isDigit(code) || code === 0x2d) {
      numberToken.lastIndex = position;
      const match = numberToken.exec(text);
      const token = match?.[0] ?? '-';
      if (match !== null && isLargeInteger(match)) {
        result += `${text.slice(copied, position)}"${token}"`;
        copied = position + token.length;
      }
      position += token.length;
    } else {
      position += 1;
    }
  }
  return result + text.slice(copied);
}

function isLargeInteger([token, fraction, exponent]: RegExpExecArray): boolean {
  // A leading zero is not JSON: left unquoted, so that JSON.parse refuses it.
  const isInteger = fraction === undefined && exponent === undefined && !/^-?0[0-9]/.test(token);
  return isInteger && !Number.isSafeInteger(Number(token));
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function endOfString(text: string, start: number): number {
  for (let position = start + 1; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code === quote) return position + 1;
    if (code === backslash) position += 1;
  }
  return text.length;
}
