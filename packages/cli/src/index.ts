/**
 * The `aam` command as a function: give it arguments, get an exit code.
 *
 * @packageDocumentation
 */
export { exitCode } from './failure.js';
export { run } from './run.js';
export type { Terminal, TextOutput } from './terminal.js';
