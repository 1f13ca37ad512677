/** How large a query may be, before it is run. */
export const queryLimits = {
  /** Fields within fields. */
  depth: 12,
  /** Fields side by side, all levels counted. */
  breadth: 400,
  /** Points: a field is 1, lists multiply what is in them. */
  complexity: 20_000,
} as const;
