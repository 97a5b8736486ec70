const lengthMax = 400;

/**
 * A text of anybody's as one line of Markdown that shows it and does nothing else: no HTML, no link, no table cell, nobody
 * mentioned, nothing written backwards. At most 400 characters of it.
 */
export function escapeMarkdown(text: string): string {
  const line = (text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text)
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  return (
    line
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replace(/[\\`*_[\]|~!]/g, '\\$&')
      // An invisible space keeps @names, #numbers and addresses from becoming links.
      .replace(/[@#]|:\/\/|www\./g, '$&\u200b')
  );
}

/** A name of a schema as code; what is no such name, escaped. */
export function toMarkdownCode(name: string): string {
  return /^[\w.@():-]{1,300}$/.test(name) ? `\`${name}\`` : escapeMarkdown(name);
}
