import { type Refusal, testRefusals } from './refusal.js';

const calls: readonly Refusal[] = [
  {
    what: 'an unknown option',
    argv: (s) => [...s.pretrain(), '--epocs', '3'],
    exitCode: 2,
    says: [/unknown option '--epocs'/, /Did you mean --epochs\?/, /`aam pretrain --help` lists every option/],
  },
  {
    what: 'an unknown command',
    argv: () => ['trian'],
    exitCode: 2,
    says: [/unknown command 'trian'/, /Did you mean train\?/],
  },
  {
    what: 'a value out of range',
    argv: (s) => s.pretrain({ '--epochs': '0' }),
    exitCode: 2,
    says: [/--epochs: a whole number at least 1 is needed, got "0"/],
  },
  {
    what: 'a value that starts with a dash',
    argv: (s) => s.pretrain({ '--test-size': '-1' }),
    exitCode: 2,
    says: [/--test-size: a number above 0 and below 1 is needed, got "-1"/],
  },
  {
    what: 'heads that do not divide the width',
    argv: (s) => s.pretrain({ '--attention-heads': '3' }),
    exitCode: 2,
    says: [/--attention-heads: 3 heads do not divide --embedding-dim 8\. Give a divisor of it/],
  },
  {
    what: 'a call without a required option',
    argv: (s) => s.pretrain({ '--output-dir': '', '--table': '' }),
    exitCode: 2,
    says: [/--table, --output-dir are needed\. Give them as flags or in the --config file/],
  },
  {
    what: 'a call without its argument',
    argv: () => ['inspect'],
    exitCode: 2,
    says: [/missing required argument 'file'/],
  },
  {
    what: 'settings that exclude each other',
    argv: (s) => [...s.train({ '--output-activation': 'relu' }), '--bounded-targets'],
    exitCode: 2,
    says: [/--bounded-targets and --output-activation exclude each other/],
  },
  {
    what: 'the UniFrac loss without a tree',
    argv: (s) => s.train({ '--penalty': '1' }),
    exitCode: 2,
    says: [/--penalty: the UniFrac loss needs the tree; give --tree/],
  },
  {
    what: 'an unknown key of the config file',
    argv: (s) => s.train({ '--config': s.bad.unknownKey }),
    exitCode: 2,
    says: [/unknown\.yaml: "batch-sise" is no setting/, /Did you mean "batch-size"\?/],
  },
  {
    what: 'a value of the config file',
    argv: (s) => s.pretrain({ '--config': s.bad.wrongValue, '--batch-size': '' }),
    exitCode: 2,
    says: [/wrong\.yaml: batch_size: a whole number at least 1 is needed, got "many"/],
  },
  {
    what: 'a config file that is no YAML',
    argv: (s) => s.train({ '--config': s.bad.brokenYaml }),
    exitCode: 2,
    says: [/broken\.yaml: .* at line 2, column 1/],
  },
  {
    what: 'a config file that is a list',
    argv: (s) => s.train({ '--config': s.bad.listYaml }),
    exitCode: 2,
    says: [/got a list/],
  },
  {
    what: 'a matrix of an unknown format',
    argv: (s) => s.unifrac({ '--output': `${s.result}/d.xlsx` }),
    exitCode: 2,
    says: [/--output: a name that ends in \.tsv, .* or \.qza is needed, got ".*d\.xlsx"/],
  },
];

const places: readonly Refusal[] = [
  {
    what: 'a table that does not exist',
    argv: (s) => s.predict({ '--table': 'nowhere' }),
    exitCode: 1,
    says: nowhere(),
  },
  {
    what: 'a tree that does not exist',
    argv: (s) => s.pretrain({ '--tree': 'nowhere' }),
    exitCode: 1,
    says: nowhere(),
  },
  {
    what: 'metadata that do not exist',
    argv: (s) => s.split({ '--metadata': 'nowhere' }),
    exitCode: 1,
    says: nowhere(),
  },
  {
    what: 'a list that does not exist',
    argv: (s) => s.train({ '--samples': 'nowhere' }),
    exitCode: 1,
    says: nowhere(),
  },
  {
    what: 'sequences that do not exist',
    argv: (s) => s.train({ '--sequences': 'nowhere' }),
    exitCode: 1,
    says: nowhere(),
  },
  {
    what: 'a checkpoint that does not exist',
    argv: (s) => s.predict({ '--model': 'nowhere' }),
    exitCode: 1,
    says: nowhere(),
  },
  {
    what: 'a config file that does not exist',
    argv: (s) => s.train({ '--config': 'nowhere.yaml' }),
    exitCode: 1,
    says: [/"nowhere\.yaml" does not exist/, /Check the path/],
  },
  { what: 'to inspect what does not exist', argv: () => ['inspect', 'nowhere'], exitCode: 1, says: nowhere() },
  {
    what: 'to inspect a folder',
    argv: (s) => ['inspect', s.folder],
    exitCode: 1,
    says: [/is a folder\. Name a file in it/],
  },
  { what: 'to inspect noise', argv: (s) => ['inspect', s.bad.noise], exitCode: 1, says: [/of no kind that Seq reads/] },
  {
    what: 'to inspect a damaged table',
    argv: (s) => ['inspect', s.bad.cutBiom],
    exitCode: 1,
    says: [/truncated file/],
  },
  {
    what: 'to inspect a damaged checkpoint',
    argv: (s) => ['inspect', s.bad.cutCheckpoint],
    exitCode: 1,
    says: [/is damaged/],
  },
  {
    what: 'to inspect an empty file',
    argv: (s) => ['inspect', s.bad.emptyFile],
    exitCode: 1,
    says: [/is empty \(0 bytes\)/],
  },
  {
    what: 'an output folder below a file',
    argv: (s) => s.pretrain({ '--output-dir': `${s.table}/run` }),
    exitCode: 1,
    says: [/--output-dir: the folder ".*table\.tsv\/run" is needed, ".*table\.tsv" is a file/, /Choose another place/],
  },
  {
    what: 'an output file below a file',
    argv: (s) => s.predict({ '--output': `${s.table}/p.tsv` }),
    exitCode: 1,
    says: [/--output: the folder ".*table\.tsv" is needed, ".*table\.tsv" is a file/, /Choose another place/],
  },
  {
    what: 'an output file that is a folder',
    argv: (s) => s.predict({ '--output': s.folder }),
    exitCode: 1,
    says: [/--output: a file is needed, ".*" is a folder/, /Name a file in it/],
  },
];

function nowhere(): RegExp[] {
  return [/nowhere"? (does not exist|cannot be read)|no file "nowhere"/, /check the path/i];
}

testRefusals({ 'bad calls': calls, 'bad places': places });
