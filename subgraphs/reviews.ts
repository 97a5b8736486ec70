import type { Server } from 'node:http';
import { readAsset } from './asset.ts';
import { createFederatedSchema } from './federated-schema.ts';
import type { Feedback, Review } from './feedback.ts';
import { FeedbackBook, type NewReview } from './feedback-book.ts';
import { createGraphqlServer } from './graphql-server.ts';
import { page } from './page.ts';
import { userName } from './user-name.ts';

type Page = { readonly first: number };
type Product = { readonly upc: string; readonly price: number };
type User = { readonly id: string };

/** What customers think: federated GraphQL, with an interface, a mutation and a subscription. */
export function createReviews(): Server {
  const book = new FeedbackBook();
  const onFeedback = {
    author: ({ authorId }: Feedback) => ({ id: authorId, name: userName(authorId) }),
    product: ({ upc }: Feedback) => ({ upc }),
  };
  const schema = createFederatedSchema({
    sdl: readAsset('reviews.graphql'),
    resolvers: {
      Query: {
        latestReviews: (_: unknown, { first }: Page) => page(book.reviews(), first),
      },
      Mutation: {
        addReview: (_: unknown, { review }: { review: NewReview }) => book.add(review),
      },
      Subscription: {
        reviewAdded: {
          subscribe: (_: unknown, { upc }: { upc?: string | null }) => book.added(upc ?? undefined),
          resolve: (review: Review) => review,
        },
      },
      Review: onFeedback,
      Question: onFeedback,
      Product: {
        rating: ({ upc }: Product) => book.rating(upc),
        starsPerTenEuros: ({ upc, price }: Product) => toStarsPerTenEuros(book.rating(upc), price),
        reviews: ({ upc }: Product, { first }: Page) => page(book.reviews().filter(isAbout(upc)), first),
        feedback: ({ upc }: Product, { first }: Page) => page(book.newestFirst().filter(isAbout(upc)), first),
      },
      User: {
        reviews: ({ id }: User, { first }: Page) => page(book.reviews().filter(isBy(id)), first),
      },
    },
    entities: {
      Review: ({ id }) => book.find('Review', id),
      Question: ({ id }) => book.find('Question', id),
      Product: ({ upc, price }) => ({ upc, price }),
      User: ({ id }) => ({ id }),
    },
  });
  return createGraphqlServer(schema);
}

function toStarsPerTenEuros(rating: number | undefined, cents: number): number | undefined {
  return rating === undefined ? undefined : Math.round((rating * 100_000) / cents) / 100;
}

function isAbout(upc: string): (feedback: Feedback) => boolean {
  return (feedback) => feedback.upc === upc;
}

function isBy(userId: string): (feedback: Feedback) => boolean {
  return (feedback) => feedback.authorId === userId;
}
