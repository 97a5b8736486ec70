import type { Server } from 'node:http';
import { upcs } from './keys.ts';
import { createRandom } from './random.ts';
import { BadRequest, createRestServer } from './rest-server.ts';

const mostKeys = 50;
const largestDelivery = 1_000;
const shelfSpace = 1_000_000;

const warehouses = [
  { id: 'north', city: 'Aarhus' },
  { id: 'east', city: 'Gdansk' },
  { id: 'south', city: 'Bologna' },
  { id: 'west', city: 'Porto' },
] as const;

/** What lies on the shelves: REST with a bulk endpoint, see `inventory.openapi.yaml`. */
export function createInventory(): Server {
  const quantities = createQuantities();
  const stockOf = (upc: string) => {
    const quantity = quantities.get(upc);
    if (quantity === undefined) return [];
    return [{ upc, quantity, in_stock: quantity > 0, warehouse: warehouses[Number(upc) % warehouses.length] }];
  };
  return createRestServer({
    'GET /stock': ({ query }) => {
      const wanted = (query.get('upcs') ?? '').split(',');
      if (wanted.length > mostKeys) throw new BadRequest(`Ask for at most ${mostKeys} products at a time.`);
      return { items: wanted.flatMap(stockOf) };
    },
    'POST /stock/:upc/deliveries': ({ path, body }) => {
      const upc = path.get('upc') ?? '';
      const before = quantities.get(upc);
      if (before === undefined) return undefined;
      quantities.set(upc, Math.min(before + readQuantity(body), shelfSpace));
      return stockOf(upc)[0];
    },
    'GET /warehouses': () => warehouses,
  });
}

function readQuantity(body: unknown): number {
  const quantity = typeof body === 'object' && body !== null && 'quantity' in body ? body.quantity : undefined;
  if (typeof quantity === 'number' && Number.isInteger(quantity) && quantity >= 1 && quantity <= largestDelivery) {
    return quantity;
  }
  throw new BadRequest(`Send {"quantity": n} with a whole n from 1 to ${largestDelivery}.`);
}

function createQuantities(): Map<string, number> {
  const random = createRandom(5);
  return new Map(upcs.map((upc) => [upc, Math.max(0, random.integer(-10, 60))]));
}
