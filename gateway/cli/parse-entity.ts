/** An entity by the fields of one of its keys. */
export interface NamedEntity {
  readonly type: string;
  readonly key: Readonly<Record<string, unknown>>;
}

/** Reads `Product:upc=1`, or with several or nested fields `Product:{"sku":"a","brand":{"id":"b"}}`; `undefined` for anything else. */
export function parseEntity(text: string): NamedEntity | undefined {
  const colon = text.indexOf(':');
  const [type, written] = [text.slice(0, Math.max(0, colon)), text.slice(colon + 1)];
  if (!/^\w+$/.test(type)) return undefined;
  if (written.startsWith('{')) {
    const key = parseObject(written);
    return key && { type, key };
  }
  const equals = written.indexOf('=');
  if (equals < 1) return undefined;
  return { type, key: { [written.slice(0, equals)]: written.slice(equals + 1) } };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
