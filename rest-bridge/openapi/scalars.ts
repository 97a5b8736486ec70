/** The custom scalars that an imported SDL may use, each with what it means and, where there is one, its specification. */
export const restScalars = {
  JSON: { description: 'Any JSON value.', url: 'https://www.rfc-editor.org/rfc/rfc8259' },
  BigInt: {
    description: 'A whole number of up to 64 bits; take care to read it without losing digits.',
    url: undefined,
  },
  DateTime: {
    description: 'A moment, such as 2027-03-01T10:15:30Z.',
    url: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  },
  Date: { description: 'A day, such as 2027-03-01.', url: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6' },
  Time: { description: 'A time of day, such as 10:15:30Z.', url: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6' },
  UUID: { description: 'A UUID.', url: 'https://www.rfc-editor.org/rfc/rfc9562' },
  URI: { description: 'A URI.', url: 'https://www.rfc-editor.org/rfc/rfc3986' },
  Base64: { description: 'Bytes, as base64 text.', url: 'https://www.rfc-editor.org/rfc/rfc4648#section-4' },
} as const;

export type CustomScalar = keyof typeof restScalars;
export type ScalarName = CustomScalar | 'String' | 'Int' | 'Float' | 'Boolean' | 'ID';

const formats: Readonly<Record<string, ScalarName>> = {
  'date-time': 'DateTime',
  date: 'Date',
  time: 'Time',
  uuid: 'UUID',
  uri: 'URI',
  url: 'URI',
  byte: 'Base64',
  base64: 'Base64',
  binary: 'Base64',
};

const int32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };

/** The scalar for a JSON type and its format. Whole numbers without a format are `Int`, unless a bound or an example is larger. */
export function toScalar(type: string, format: string | undefined, numbers: readonly number[]): ScalarName {
  switch (type) {
    case 'string':
      return (format === undefined || !Object.hasOwn(formats, format) ? undefined : formats[format]) ?? 'String';
    case 'file':
      return 'Base64';
    case 'boolean':
      return 'Boolean';
    case 'integer':
      return isWide(format, numbers) ? 'BigInt' : 'Int';
    case 'number':
      return format === 'int64' || format === 'uint64' ? 'BigInt' : format === 'int32' ? 'Int' : 'Float';
    default:
      return 'JSON';
  }
}

function isWide(format: string | undefined, numbers: readonly number[]): boolean {
  if (format === 'int32') return false;
  if (format === 'int64' || format === 'uint64' || format === 'uint32' || format === 'long') return true;
  // Generators write the bounds of JavaScript for "any whole number": they say nothing.
  const isTelling = (number: number) => Math.abs(number) !== Number.MAX_SAFE_INTEGER;
  return numbers.some((number) => isTelling(number) && (number < int32.min || number > int32.max));
}

/** The one scalar that holds the values of all of these; `JSON` when only that does. */
export function joinScalars(names: ReadonlySet<ScalarName>): ScalarName {
  const [only = 'JSON', ...others] = names;
  if (others.length === 0) return only;
  const all = [...names];
  if (all.every((name) => name === 'Int' || name === 'BigInt')) return 'BigInt';
  if (all.every((name) => name === 'Int' || name === 'Float')) return 'Float';
  const isText = (name: ScalarName) => !['JSON', 'BigInt', 'Int', 'Float', 'Boolean'].includes(name);
  return all.every(isText) ? 'String' : 'JSON';
}
