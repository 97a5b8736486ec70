/**
 * The directives of the REST bridge. A team may write them by hand; `overlock rest import` writes them from OpenAPI.
 *
 * Templates (`path`, values of `query`, `headers` and `body`) hold expressions in braces: `{$args.name}`, `{$args.filter.from}`,
 * `{$this.upc}` (a field of the parent, or of the entity's representation), `{$key.upc}` (one key, on types), `{$keys.upc}` (all keys
 * of a batch, joined). `{$args}`, `{$key}` and `{$keys}` alone are all of them, as objects in the names of the backend.
 * A value of `query`, `headers` or `body` that is one whole expression (`"{$args.limit}"`) keeps its JSON type; an absent value drops
 * the parameter; inside a path an absent argument is an error, and an absent field of the parent makes the field null without a
 * call. Every value is percent-encoded for its place.
 */
export const restDirectives = /* GraphQL */ `
  """
  How this field is fetched, or, on a type with @key, how its entities are loaded.
  """
  directive @rest(
    method: RestMethod = GET
    """Path below the service's base URL, a template: "/products/{$args.id}"."""
    path: String!
    query: [RestParameter!]
    headers: [RestHeader!]
    """What is sent. Absent: nothing."""
    body: RestBody
    """Where the answer lies in the response body, a dotted path: "data.items", "rows.0". Absent: the whole body."""
    select: String
    errors: RestErrors
    """On types only: this call loads many entities at once."""
    batch: RestBatch
  ) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE

  """The name of this field, argument, input field or enum value in the backend, when it is not a GraphQL name."""
  directive @restName(name: String!) on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE

  """How to tell which member of a union or interface an object of the backend is."""
  directive @restType(
    """Property of the object that names the member."""
    discriminator: String
    """Which value of that property means which type; by default they are equal."""
    mapping: [RestTypeMapping!]
  ) on UNION | INTERFACE

  enum RestMethod { GET POST PUT PATCH DELETE }
  """How a list or an object is written into a query parameter (OpenAPI's style and explode)."""
  enum RestStyle { FORM FORM_EXPLODED SPACE_DELIMITED PIPE_DELIMITED DEEP_OBJECT JSON }
  enum RestBodyType { JSON FORM TEXT MULTIPART BINARY }
  input RestParameter { name: String! value: String! style: RestStyle = FORM_EXPLODED }
  input RestHeader { name: String! value: String! }
  """Either value (the whole body) or fields (an object)."""
  input RestBody { type: RestBodyType = JSON value: String fields: [RestBodyField!] }
  input RestBodyField { name: String! value: String! }
  """null: statuses that mean "there is none" and answer null without an error. exposeBody: whether the backend's error body is shown to clients."""
  input RestErrors { null: [Int!] = [404] exposeBody: Boolean = false message: String }
  """
  matchOn: the property of each answered item that holds the key, a dotted path; for a key of several fields one for each, in
  their order, with spaces between. Absent: items come in the order of the keys.
  maxSize: most keys in one call.
  """
  input RestBatch { matchOn: String maxSize: Int = 100 }
  input RestTypeMapping { value: String! type: String! }
`;
