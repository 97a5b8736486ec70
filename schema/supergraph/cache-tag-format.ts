/** A format of `@cacheTag`: texts, and between them the paths of values, such as `['upc']` of `{$key.upc}`. */
export interface CacheTagFormat {
  readonly source: 'key' | 'args' | 'none';
  /** One more than there are paths. */
  readonly texts: readonly string[];
  readonly paths: readonly (readonly string[])[];
}

/** Longer ones are no names. */
const formatMaxLength = 256;
const placeholder = /\{\$(key|args)((?:\.[A-Za-z_]\w{0,127}){1,8})\}/g;

/** Reads a format such as `product-{$key.upc}` or `search-{$args.input.text}`; `undefined` when it is none. */
export function parseCacheTagFormat(format: string): CacheTagFormat | undefined {
  if (format === '' || format.length > formatMaxLength) return undefined;
  const sources = new Set<string>();
  const texts: string[] = [];
  const paths: string[][] = [];
  let from = 0;
  for (const match of format.matchAll(placeholder)) {
    const [whole, source = '', path = ''] = match;
    sources.add(source);
    texts.push(format.slice(from, match.index));
    paths.push(path.slice(1).split('.'));
    from = match.index + whole.length;
  }
  texts.push(format.slice(from));
  if (sources.size > 1 || texts.some((text) => !/^[\x21-\x7e]*$/.test(text) || /[{},]/.test(text))) return undefined;
  return { source: sources.has('key') ? 'key' : sources.has('args') ? 'args' : 'none', texts, paths };
}

/** The tag that a format is for some values; `undefined` where one of them is missing, or is no text, number or boolean. */
export function toCacheTag({ texts, paths }: CacheTagFormat, values: unknown): string | undefined {
  let tag = texts[0] ?? '';
  for (const [index, path] of paths.entries()) {
    let value = values;
    for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
    tag += String(value) + (texts[index + 1] ?? '');
  }
  return tag;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
