import type { Server } from 'node:http';
import { createAccounts } from './accounts.ts';
import { createInventory } from './inventory.ts';
import { createProducts } from './products.ts';
import { createRecommendations } from './recommendations.ts';
import { createReviews } from './reviews.ts';
import { createShipping } from './shipping.ts';

export interface Service {
  /** Where it listens when nothing else is said. */
  readonly port: number;
  /** Path of its API, below its origin. */
  readonly path: string;
  readonly create: () => Server;
}

/** The services of the shop. */
export const services = {
  accounts: { port: 4101, path: '/graphql', create: createAccounts },
  products: { port: 4102, path: '/graphql', create: createProducts },
  reviews: { port: 4103, path: '/graphql', create: createReviews },
  recommendations: { port: 4104, path: '/graphql', create: createRecommendations },
  inventory: { port: 4105, path: '', create: createInventory },
  shipping: { port: 4106, path: '', create: createShipping },
} as const satisfies Readonly<Record<string, Service>>;

export type ServiceName = keyof typeof services;

export const serviceNames = Object.keys(services).filter(isServiceName);

export function isServiceName(name: string): name is ServiceName {
  return Object.hasOwn(services, name);
}
