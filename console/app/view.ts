import type { Feed, Live } from './feed.ts';

/** One page of the console. */
export interface View {
  readonly title: string;
  readonly element: HTMLElement;
  /** Shows what is known now. */
  readonly update: (live: Live) => void;
  readonly close?: () => void;
}

/** Makes a view; `rest` is what follows its name in the address. */
export type CreateView = (feed: Feed, rest: string) => View;
