// Entry of every root script: `node tooling/setup/run.mjs <verb> [arguments]`. Node built-ins only, since it runs before
// any install, and syntax that an old Node can parse, so that it can say that Node is too old.
import { assertNode } from './toolchain.mjs';

async function main() {
  assertNode(process.versions.node);
  const { runVerb } = await import('./verbs.mjs');
  process.exitCode = await runVerb(process.argv[2], process.argv.slice(3));
}

main().catch((error) => {
  console.error(error.name === 'SetupError' ? `\n${error.message}` : error);
  process.exitCode = 1;
});
