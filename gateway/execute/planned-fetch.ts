import { type DocumentNode, parse } from 'graphql';
import type { FetchStep } from '../plan/plan.ts';
import type { FetchOperation } from '../transport/send.ts';

/** What a step of a plan sends. Few transports look into the document, so that it is parsed when one does. */
export class PlannedFetch implements FetchOperation {
  readonly kind: FetchOperation['kind'];
  readonly name = undefined;
  readonly text: string;
  readonly entityLists: NonNullable<FetchOperation['entityLists']>;
  #document: DocumentNode | undefined;

  constructor({ operationKind, text, entities }: FetchStep) {
    this.kind = operationKind;
    this.text = text;
    this.entityLists = entities.map(({ key, variable }) => ({ key, variable }));
  }

  get document(): DocumentNode {
    this.#document ??= parse(this.text, { noLocation: true });
    return this.#document;
  }
}
