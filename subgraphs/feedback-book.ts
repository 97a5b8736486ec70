import { GraphQLError } from 'graphql';
import { createPubSub, filter, pipe } from 'graphql-yoga';
import { createFeedback, type Feedback, type Review } from './feedback.ts';

const mostFeedback = 10_000;
const longestBody = 1_000;

export type NewReview = Pick<Review, 'upc' | 'stars' | 'body'>;

/** All that customers wrote; what is added is gone when the service ends. */
export class FeedbackBook {
  readonly #entries = createFeedback();
  readonly #events = createPubSub<{ added: [Review] }>();

  newestFirst(): readonly Feedback[] {
    return this.#entries.toReversed();
  }

  /** Reviews without the questions, the newest first. */
  reviews(): readonly Review[] {
    return this.newestFirst().filter((entry) => entry.__typename === 'Review');
  }

  find(typename: Feedback['__typename'], id: unknown): Feedback | undefined {
    return this.#entries.find((entry) => entry.__typename === typename && entry.id === id);
  }

  /** Mean of a product's stars, to one decimal; `undefined` without reviews. */
  rating(upc: string): number | undefined {
    const stars = this.reviews().flatMap((review) => (review.upc === upc ? [review.stars] : []));
    if (stars.length === 0) return undefined;
    return Math.round((stars.reduce((sum, one) => sum + one) * 10) / stars.length) / 10;
  }

  /** @throws GraphQLError when the review cannot be taken. */
  add({ upc, stars, body }: NewReview): Review {
    if (stars < 1 || stars > 5) throw refusal('Give from 1 to 5 stars.');
    if (body.length > longestBody) throw refusal(`Write at most ${longestBody} characters.`);
    if (this.#entries.length >= mostFeedback) throw refusal('The book is full; start the service anew.');
    const id = String(this.#entries.length + 1);
    const review: Review = { __typename: 'Review', id, upc, authorId: '1', stars, body };
    this.#entries.push(review);
    this.#events.publish('added', review);
    return review;
  }

  /** Reviews from now on, as they are added: of one product, or of all. */
  added(upc: string | undefined): AsyncIterable<Review> {
    return pipe(
      this.#events.subscribe('added'),
      filter((review) => upc === undefined || review.upc === upc),
    );
  }
}

function refusal(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
