import { upcs, userIds } from './keys.ts';
import { createRandom } from './random.ts';

interface Written {
  readonly id: string;
  readonly upc: string;
  readonly authorId: string;
  readonly body: string;
}

export interface Review extends Written {
  readonly __typename: 'Review';
  readonly stars: number;
}

interface Question extends Written {
  readonly __typename: 'Question';
  readonly answer: string | undefined;
}

export type Feedback = Review | Question;

/** The reviews and questions that the shop opens with, the oldest first. */
export function createFeedback(): Feedback[] {
  const random = createRandom(3);
  return Array.from({ length: 400 }, (_, index): Feedback => {
    const written = { id: String(index + 1), upc: random.pick(upcs), authorId: random.pick(userIds) };
    if (random.integer(1, 5) === 1) return { __typename: 'Question', ...written, ...random.pick(questions) };
    return { __typename: 'Review', ...written, ...random.pick(verdicts) };
  });
}

const verdicts = [
  { stars: 1, body: 'Came apart in the first week.' },
  { stars: 2, body: 'Looks better in the picture.' },
  { stars: 3, body: 'Does what it should.' },
  { stars: 4, body: 'Well made, would buy it again.' },
  { stars: 5, body: 'The best thing in the house.' },
] as const;

const questions = [
  { body: 'Does it come in green?', answer: 'From spring on it does.' },
  { body: 'Can it be left outside?', answer: 'Only under a roof.' },
  { body: 'Is it hard to clean?', answer: undefined },
] as const;
