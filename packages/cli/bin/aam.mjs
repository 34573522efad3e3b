#!/usr/bin/env node
// Starts the command; everything else lives in src/.
import { run } from '../dist/index.js';

const exitCode = await run(process.argv.slice(2));
// What is written goes out before the end; then there is nothing to wait for, and memory need not be taken apart.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
process.exit(exitCode);
