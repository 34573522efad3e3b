#!/usr/bin/env node
// Starts the command; everything else lives in src/.
import { run } from '../dist/index.js';

process.exitCode = await run(process.argv.slice(2));
