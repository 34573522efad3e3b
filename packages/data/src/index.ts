/**
 * Feature tables, sequences, sample metadata, rarefaction, splits and batches.
 *
 * @packageDocumentation
 */

export {};
