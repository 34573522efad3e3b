/**
 * Tensors, operations with gradients, parameters and optimisers.
 *
 * @packageDocumentation
 */

export {};
