/**
 * Deepest nesting of anything that code recurses over: brackets of a document, selection sets with fragments followed,
 * input values. graphql-js' parser overflows Node's default stack at about 1,500 levels; this leaves room for callers.
 */
export const deepestNesting = 200;
