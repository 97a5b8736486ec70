import { upcs } from './keys.ts';
import { createRandom } from './random.ts';

export type Category = 'FURNITURE' | 'KITCHEN' | 'LIGHTING' | 'TEXTILES';

export interface Brand {
  readonly __typename: 'Brand';
  readonly id: string;
  readonly name: string;
}

export interface Product {
  readonly __typename: 'Product';
  readonly upc: string;
  readonly name: string;
  readonly category: Category;
  readonly brand: Brand;
  /** In euro cents. */
  readonly price: number;
}

/** What the shop sells, and who makes it. */
export function createCatalog(): { readonly brands: readonly Brand[]; readonly products: readonly Product[] } {
  const random = createRandom(2);
  const brands = brandNames.map((name, index): Brand => ({ __typename: 'Brand', id: String(index + 1), name }));
  const products = upcs.map((upc, index): Product => {
    // 11 styles and 15 things have no common divisor: 165 different names.
    const style = styles[index % styles.length];
    const [thing, category] = things[index % things.length] ?? things[0];
    const price = random.integer(9, 90) * 100 - 5;
    return { __typename: 'Product', upc, name: `${style} ${thing}`, category, brand: random.pick(brands), price };
  });
  return { brands, products };
}

const brandNames = ['Birch & Bay', 'Fjordlys', 'Hearthside', 'Loom Street', 'Nordgran', 'Tallow'];

const styles = ['Amber', 'Birch', 'Cobalt', 'Dune', 'Ember', 'Fern', 'Granite', 'Ivory', 'Linen', 'Rowan', 'Walnut'];

const things = [
  ['Armchair', 'FURNITURE'],
  ['Kettle', 'KITCHEN'],
  ['Desk Lamp', 'LIGHTING'],
  ['Blanket', 'TEXTILES'],
  ['Bookcase', 'FURNITURE'],
  ['Pan', 'KITCHEN'],
  ['Floor Lamp', 'LIGHTING'],
  ['Curtain', 'TEXTILES'],
  ['Desk', 'FURNITURE'],
  ['Teapot', 'KITCHEN'],
  ['Lantern', 'LIGHTING'],
  ['Cushion', 'TEXTILES'],
  ['Stool', 'FURNITURE'],
  ['Toaster', 'KITCHEN'],
  ['Rug', 'TEXTILES'],
] as const;
