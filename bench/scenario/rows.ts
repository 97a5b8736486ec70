import { readFileSync } from 'node:fs';

interface Rows {
  readonly users: readonly { readonly id: string; readonly name: string; readonly username: string }[];
  readonly products: readonly { readonly upc: string; readonly name: string; readonly price: number }[];
  readonly inventory: readonly { readonly upc: string; readonly inStock: boolean }[];
  readonly reviews: readonly {
    readonly id: string;
    readonly body: string;
    readonly product: { readonly upc: string };
  }[];
}

/** The data of the scenario: what the four services know. */
export const rows: Rows = JSON.parse(readFileSync(new URL('data.json', import.meta.url), 'utf8'));

const [firstUser] = rows.users;

/** Every user wrote these reviews, and the first user wrote all of them: so deep queries meet the same entities again. */
export const reviewsOfUser = rows.reviews.slice(0, 2);
export const author = { id: firstUser?.id, username: firstUser?.username };

/** The reviews of a product. */
export function reviewsOfProduct({ upc }: { readonly upc: string }): Rows['reviews'] {
  return rows.reviews.filter((review) => review.product.upc === upc);
}

/** The products at the top; five unless told otherwise. */
export function topProducts(_source: unknown, { first }: { readonly first?: number | null }): Rows['products'] {
  return rows.products.slice(0, first ?? 5);
}
