const inLocalPart = /[\w.!#$%&'*+/=?^`{|}~-]/;
const inDomain = /[\w.-]/;
const localLengthMost = 64;
const domainLengthMost = 253;

/** A text with `[e-mail]` in the place of each e-mail address; what is no address stays as it is. */
export function maskEmails(text: string): string {
  let at = text.indexOf('@');
  if (at < 0) return text;
  let masked = '';
  let done = 0;
  for (; at >= 0; at = text.indexOf('@', Math.max(at + 1, done))) {
    let start = at;
    while (start > done && at - start < localLengthMost && inLocalPart.test(text[start - 1] ?? '')) start -= 1;
    let end = at + 1;
    while (end < text.length && end - at <= domainLengthMost && inDomain.test(text[end] ?? '')) end += 1;
    if (start === at || !text.slice(at + 1, end).includes('.')) continue;
    masked += `${text.slice(done, start)}[e-mail]`;
    done = end;
  }
  return masked + text.slice(done);
}
