/** An operation that no plan was found for: a fault, as composition promises that there is one. */
export class PlanError extends Error {}

/** An operation that comes to more places of objects than can be planned. */
export class TooManyPlacesError extends PlanError {
  constructor() {
    super('The operation comes to too many places of objects.');
  }
}
