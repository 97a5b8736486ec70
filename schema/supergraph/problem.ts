/** Something wrong with a schema, told to the team that owns it. Problems are collected and returned all at once. */
export interface Problem {
  /** In capitals, stable, such as `FIELD_TYPE_MISMATCH`. */
  readonly code: string;
  /** A sentence that says what is wrong and, where there is something to do, what to do. */
  readonly message: string;
  /** The name of the one subgraph to change; `undefined` when it is between several. */
  readonly subgraph: string | undefined;
  /** Where in the schema, such as `Product.price` or `Query.product(upc:)`. */
  readonly coordinate: string | undefined;
}
