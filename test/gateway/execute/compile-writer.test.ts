import { afterEach, describe, expect, it, vi } from 'vitest';
import { TextAnswer } from '../../../gateway/execute/text-answer.ts';
import { createTestSubgraph } from '../../support/federated-subgraph.ts';
import { createTestGraph, toOperation } from '../../support/test-graph.ts';

const dishes = createTestSubgraph({
  name: 'dishes',
  sdl: 'type Query { dish: Dish } type Dish { name: String! tags: [String] price: Float }',
  resolvers: { Query: { dish: () => ({ name: 'Soup "du jour"', tags: ['hot', null], price: 4.5 }) } },
});

/** What the same operation is answered at the first time and later. */
async function answerOften(query = '{ a: dish { constructor: name tags __typename price } }') {
  const { engine } = createTestGraph([dishes], { engine: 'compiled' });
  const operation = toOperation(query);
  const client = { id: 'request-1', headers: new Map(), onSubgraphHeaders: undefined };
  const answers = [];
  for (let count = 0; count < 5; count++) {
    const answer = await engine.execute({ operation, variables: {}, client, signal: undefined });
    if (Symbol.asyncIterator in answer) throw new Error('This is a stream.');
    answers.push({ text: JSON.stringify(answer), isWritten: TextAnswer.textOf(answer) !== undefined });
  }
  return answers;
}

const text = '{"data":{"a":{"constructor":"Soup \\"du jour\\"","tags":["hot",null],"__typename":"Dish","price":4.5}}}';

class NoFunction {
  constructor() {
    throw new EvalError('Code generation from strings disallowed for this context');
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('an operation that is asked often', () => {
  it('is answered the same by its compiled writer as before', async () => {
    const answers = await answerOften();
    expect(answers.map((answer) => answer.text)).toEqual(Array(5).fill(text));
    expect([answers[0]?.isWritten, answers[4]?.isWritten]).toEqual([false, true]);
  });

  it('is answered where code must not be made from text', async () => {
    vi.stubGlobal('Function', NoFunction);
    const answers = await answerOften();
    expect(answers.map((answer) => answer.text)).toEqual(Array(5).fill(text));
    expect(answers.some(({ isWritten }) => isWritten)).toBe(false);
  });

  it('is answered step by step where its writer would take too long to compile', async () => {
    const fields = Array.from({ length: 3_000 }, (_, index) => `a${index}: tags`);
    const answers = await answerOften(`{ dish { ${fields.join(' ')} } }`);
    expect(answers.some(({ isWritten }) => isWritten)).toBe(false);
    const dish = Object.fromEntries(fields.map((_, index) => [`a${index}`, ['hot', null]]));
    expect(JSON.parse(answers[4]?.text ?? '')).toEqual({ data: { dish } });
  });
});
