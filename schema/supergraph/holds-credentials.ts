/** Whether a URL has a user or a password (https://url.spec.whatwg.org/#include-credentials). */
export function holdsCredentials(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}
