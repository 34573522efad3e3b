// What each root script does, in terms of steps, tests and gates.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './child.mjs';
import { committedGate, docsGate, edgesGate, lintGates, passGates, typesGate, unitGate } from './gates.mjs';
import { buildPackages, setUp } from './steps.mjs';
import { runAllTests } from './tests.mjs';
import { root, SetupError } from './toolchain.mjs';

async function setup() {
  await setUp();
  return 0;
}

async function build() {
  await setUp();
  await buildPackages();
  return 0;
}

async function demo(args) {
  await build();
  const script = join(root, 'examples/ecam/run.mjs');
  if (!existsSync(script)) throw new SetupError('demo: examples/ecam/run.mjs is missing from this clone.');
  return (await run(process.execPath, [script, ...args], { cwd: process.env.INIT_CWD ?? root })).code;
}

async function test() {
  await build();
  return runAllTests();
}

async function check() {
  await build();
  return passGates([...lintGates, typesGate, edgesGate, unitGate]);
}

async function gates() {
  await build();
  return passGates([...lintGates, typesGate, edgesGate, docsGate, committedGate]);
}

async function ready() {
  const tests = await test();
  const others = await gates();
  if (tests !== 0) console.log('failed: tests (see above)');
  return tests === 0 ? others : tests;
}

const verbs = { setup, build, demo, test, check, gates, ready };

/** Runs a verb with the arguments behind it; returns the exit code. */
export async function runVerb(verb, args) {
  if (!Object.hasOwn(verbs, verb ?? '')) {
    throw new SetupError(`run.mjs: no verb "${verb ?? ''}". There are: ${Object.keys(verbs).join(', ')}.`);
  }
  return verbs[verb](args);
}
