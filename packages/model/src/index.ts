/**
 * Sequence encoder and predictor for microbial communities.
 *
 * @packageDocumentation
 */

export {};
