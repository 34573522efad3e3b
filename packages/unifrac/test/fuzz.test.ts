import { describe } from 'vitest';
import { testFuzzTargets } from '../../../tooling/fuzz/test-targets.js';

describe('readers under hostile input', () => testFuzzTargets(new URL('../fuzz/', import.meta.url)));
