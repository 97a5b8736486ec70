const wordMaxLength = 100;
const textMaxLength = 400;

/** The text for a message, with words cut after 100 characters and the whole after 400: no message grows with the request. */
export function shorten(text: string): string {
  if (text.length <= wordMaxLength) return text;
  const words = text.replace(/\w+/g, (word) => cut(word, wordMaxLength));
  return cut(words, textMaxLength);
}

function cut(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
