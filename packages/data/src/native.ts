// The one place of this package that knows the native addon; so far only its error class is needed.
export { type ErrorDetails, SeqError } from '@seq/native';
