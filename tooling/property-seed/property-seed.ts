// Property tests draw the same examples in every run, so that a change is judged by the change. SEQ_PROPERTY_SEED takes other
// ones; `pnpm fuzz` looks further.
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.SEQ_PROPERTY_SEED ?? 20_261_127) });
