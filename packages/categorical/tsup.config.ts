export { default } from '../../tooling/setup/tsup.ts';
