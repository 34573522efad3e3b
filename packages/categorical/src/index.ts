/**
 * Categorical sample metadata: schema, encoder and embedder.
 *
 * @packageDocumentation
 */

export {};
