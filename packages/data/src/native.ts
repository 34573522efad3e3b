// The one place of this package that knows the native addon.
export { type ErrorDetails, native, SeqError } from '@seq/native';
