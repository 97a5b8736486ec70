import { StringDecoder } from 'node:string_decoder';

/**
 * The lines of a body as they come.
 * @throws Error when one is longer than `maxLength` characters
 */
export async function* readLines(body: AsyncIterable<Buffer>, maxLength: number): AsyncGenerator<string, void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLength) throw new Error(`A line is longer than ${maxLength} characters.`);
    yield* lines;
  }
}
