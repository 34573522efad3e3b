/**
 * Training loop, losses, metrics, schedules and checkpoints.
 *
 * @packageDocumentation
 */

export {};
