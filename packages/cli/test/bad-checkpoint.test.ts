import { type Refusal, testRefusals } from './refusal.js';
import { demoTable } from './small-study.js';

const checkpoints: readonly Refusal[] = [
  {
    what: 'predictions from an encoder',
    argv: (s) => s.predict({ '--model': s.path('pretrained/best.safetensors') }),
    exitCode: 1,
    says: [/the checkpoint holds an encoder, which predicts no target/, /give the checkpoint of a predictor/],
  },
  {
    what: 'a predictor as pre-trained encoder',
    argv: (s) => s.train({ '--pretrained-encoder': s.path('run/best.safetensors') }),
    exitCode: 1,
    says: [/run\/best\.safetensors" holds a predictor, an encoder is needed/, /pre-training wrote/],
  },
  {
    what: 'an encoder of another width',
    argv: (s) => s.train({ '--pretrained-encoder': s.path('pretrained/best.safetensors'), '--embedding-dim': '16' }),
    exitCode: 2,
    says: [/--embedding-dim: 16 was asked, the pre-trained encoder has 8/, /Leave the setting out/],
  },
  {
    what: 'weights of another model',
    argv: (s) => s.train({ '--pretrained-encoder': s.bad.stateDict }),
    exitCode: 1,
    says: [/state-dict\.safetensors" does not fit the model, \d+ differences/],
  },
  {
    what: 'to go on with the checkpoint of another kind of run',
    argv: (s) => s.pretrain({ '--resume-from': s.path('run/last.safetensors') }),
    exitCode: 1,
    says: [
      /cannot go on from the checkpoint: it holds a predictor/,
      /give the inputs and options of the interrupted run/,
    ],
  },
  {
    what: 'to go on with another width',
    argv: (s) => s.train({ '--resume-from': s.path('run/last.safetensors'), '--embedding-dim': '16' }),
    exitCode: 1,
    says: [/cannot go on from the checkpoint: its model differ/, /give the inputs and options of the interrupted run/],
  },
  {
    what: 'a checkpoint that was cut off',
    argv: (s) => s.predict({ '--model': s.bad.cutCheckpoint }),
    exitCode: 1,
    says: [/cut\.safetensors" is damaged/, /Take another checkpoint/],
  },
  {
    what: 'noise as a checkpoint',
    argv: (s) => s.train({ '--pretrained-encoder': s.bad.noise }),
    exitCode: 1,
    says: [/noise\.safetensors" is damaged/, /Take another checkpoint/],
  },
  {
    what: 'a table as a checkpoint',
    argv: (s) => s.predict({ '--model': demoTable }),
    exitCode: 1,
    says: [/table\.biom" is an HDF5 file, .*not a checkpoint/, /best\.safetensors and last\.safetensors/],
  },
];

testRefusals({ 'bad checkpoints': checkpoints });
