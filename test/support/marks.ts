/** Something of one input that was found in one output. */
interface Sighting {
  /** `<input> > <output>` */
  readonly leak: string;
  /** What stands around it. */
  readonly place: string;
}

/** Values that are told apart wherever they turn up: each knows into what it was put. */
export class Marks {
  /** By the input that they are in. */
  readonly #values = new Map<string, string>();

  /** A new value for an input: letters and digits, so that it can be part of nearly everything. */
  in(input: string): string {
    const value = `hunter2x${String(this.#values.size).padStart(3, '0')}qz`;
    this.add(input, value);
    return value;
  }

  /** Knows the value of an input that was made by somebody else. */
  add(input: string, value: string): string {
    if (this.#values.has(input)) throw new Error(`There are two inputs called "${input}".`);
    this.#values.set(input, value);
    return value;
  }

  /** Where in some outputs which inputs are found, as they are, or in Base64. */
  find(outputs: Readonly<Record<string, string>>): readonly Sighting[] {
    return Object.entries(outputs).flatMap(([output, text]) => {
      const folded = text.toLowerCase();
      return [...this.#values].flatMap(([input, value]) => {
        const at = folded.indexOf(value.toLowerCase());
        const found = at >= 0 ? at : Math.max(...toBase64Forms(value).map((form) => text.indexOf(form)));
        if (found < 0) return [];
        return [{ leak: `${input} > ${output}`, place: text.slice(Math.max(0, found - 120), found + 80) }];
      });
    });
  }
}

/** Base64 of a value wherever in a longer text it begins, without the ends that depend on what is beside it. */
function toBase64Forms(value: string): readonly string[] {
  return [0, 1, 2].map((before) => {
    const whole = Buffer.from(' '.repeat(before) + value).toString('base64');
    return whole.slice(before === 0 ? 0 : before + 1, whole.length - 4);
  });
}
