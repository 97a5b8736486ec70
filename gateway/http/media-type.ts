interface MediaType {
  /** `type/subtype` in lower case. */
  readonly essence: string;
  /** The `charset` parameter in lower case. */
  readonly charset: string | undefined;
}

const essencePattern = /^[a-z0-9!#$&^_.+-]{1,127}\/[a-z0-9!#$&^_.+-]{1,127}$/;

/** A Content-Type header as far as anybody here asks; `undefined` when it is none (https://mimesniff.spec.whatwg.org/#parsing-a-mime-type). */
export function parseMediaType(text: string): MediaType | undefined {
  const [first = '', ...parameters] = text.toLowerCase().split(';');
  const essence = first.trim();
  if (!essencePattern.test(essence)) return undefined;
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  return { essence, charset: charset?.slice('charset='.length).replaceAll('"', '') };
}
