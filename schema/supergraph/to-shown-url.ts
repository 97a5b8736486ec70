/** An http or https URL as people are told of it: without credentials, and without its query, which may hold some as well. */
export function toShownUrl(url: string | URL): string {
  const { origin, pathname } = new URL(url);
  return pathname === '/' ? origin : origin + pathname;
}
