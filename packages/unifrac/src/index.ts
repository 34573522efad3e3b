/**
 * Phylogenies, UniFrac and other community distances, distance matrices.
 *
 * @packageDocumentation
 */

export {};
