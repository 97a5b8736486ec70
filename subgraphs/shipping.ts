import type { Server } from 'node:http';
import { upcs } from './keys.ts';
import { createRandom } from './random.ts';
import { createRestServer } from './rest-server.ts';

interface Carrier {
  readonly code: string;
  readonly name: string;
  readonly days: number;
  /** In euro cents. */
  readonly centsPerKilogram: number;
}

const carriers: readonly Carrier[] = [
  { code: 'barge', name: 'Blue Barge', days: 9, centsPerKilogram: 60 },
  { code: 'rail', name: 'Railway Post', days: 4, centsPerKilogram: 110 },
  { code: 'courier', name: 'Swift Courier', days: 1, centsPerKilogram: 390 },
];

/** How it reaches the customer: REST, see `shipping.openapi.yaml`. */
export function createShipping(): Server {
  const random = createRandom(6);
  const weights = new Map(upcs.map((upc) => [upc, random.integer(2, 200) * 100]));
  return createRestServer({
    'GET /products/:upc': ({ path }) => {
      const upc = path.get('upc') ?? '';
      const weightGrams = weights.get(upc);
      if (weightGrams === undefined) return undefined;
      return { upc, weightGrams, shippingOptions: carriers.map((carrier) => toOption(carrier, weightGrams)) };
    },
    'GET /carriers': () => carriers.map(({ code, name }) => ({ code, name })),
  });
}

function toOption({ code, name, days, centsPerKilogram }: Carrier, weightGrams: number) {
  const cost = 300 + Math.ceil((weightGrams * centsPerKilogram) / 1000);
  return { carrier: { code, name }, days, cost };
}
