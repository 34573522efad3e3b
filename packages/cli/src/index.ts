/**
 * The aam command.
 *
 * @packageDocumentation
 */

export {};
