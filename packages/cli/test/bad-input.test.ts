import type { Refusal } from './refusal.js';
import { testRefusals } from './refusal.js';

const tables: readonly Refusal[] = [
  {
    what: 'a file without a byte',
    argv: (s) => s.pretrain({ '--table': s.bad.emptyFile }),
    exitCode: 1,
    says: [/empty-file\.tsv" is empty/, /export the table again/],
  },
  {
    what: 'a table without features',
    argv: (s) => s.pretrain({ '--table': s.bad.emptyTable }),
    exitCode: 1,
    says: [/empty-table\.tsv" has no features \(16 samples, 0 features\)/, /a filter may have removed everything/],
  },
  {
    what: 'a count that is NaN',
    argv: (s) => s.train({ '--table': s.bad.nanTable }),
    exitCode: 1,
    says: [/NaN for feature "asv03" in sample "s02"/, /repair the table/],
  },
  {
    what: 'a negative count',
    argv: (s) => s.predict({ '--table': s.bad.negativeTable }),
    exitCode: 1,
    says: [/-3 for feature "asv03" in sample "s02"/, /repair the table/],
  },
  {
    what: 'a count that is text',
    argv: (s) => s.unifrac({ '--table': s.bad.textTable }),
    exitCode: 1,
    says: [/line 6 has "many" in sample "s02", not a count/, /Needed are a header/],
  },
  {
    what: 'a truncated HDF5 file',
    argv: (s) => s.predict({ '--table': s.bad.cutBiom }),
    exitCode: 1,
    says: [/cut\.biom" cannot be read as HDF5: truncated file/, /download or export it again/],
  },
  {
    what: 'a damaged QIIME 2 artifact',
    argv: (s) => s.train({ '--table': s.bad.artifact }),
    exitCode: 1,
    says: [/table\.qza" cannot be read as a ZIP archive/, /Copy or download it again/],
  },
];

const companions: readonly Refusal[] = [
  {
    what: 'a tree of other features',
    argv: (s) => s.pretrain({ '--tree': s.bad.foreignTree }),
    exitCode: 1,
    says: [
      /None of the 14 features of the table is a tip of the tree/,
      /"asv00".*there: "other-asv00"/,
      /Write the ids alike/,
    ],
  },
  {
    what: 'a tree that lacks features',
    argv: (s) => s.unifrac({ '--tree': s.bad.smallTree }),
    exitCode: 1,
    says: [
      /features: 12 of 14 kept\n {2}2 not a tip of the tree \(first: "asv00", "asv01"; 519 reads\)/,
      /--missing drop/,
    ],
  },
  {
    what: 'a tree without lengths',
    argv: (s) => s.unifrac({ '--tree': s.bad.bareTree }),
    exitCode: 1,
    says: [/No branch of the tree ".*bare\.nwk" has a length above 0/, /Give the tree with its branch lengths/],
  },
  {
    what: 'to learn from a tree without lengths',
    argv: (s) => s.pretrain({ '--tree': s.bad.bareTree }),
    exitCode: 1,
    says: [/No branch of the tree ".*bare\.nwk" has a length above 0/],
  },
  {
    what: 'a damaged tree',
    argv: (s) => s.unifrac({ '--tree': s.bad.brokenTree }),
    exitCode: 1,
    says: [/broken\.nwk": Newick: .* at line 1, column \d+/],
  },
  {
    what: 'metadata of other samples',
    argv: (s) => s.split({ '--metadata': s.bad.foreignMetadata }),
    exitCode: 1,
    says: [/None of the 16 samples of the table is in the metadata/, /"s00".*there: "s00\.x"/, /Write the ids alike/],
  },
  {
    what: 'sequences of other features',
    argv: (s) => s.train({ '--sequences': s.bad.foreignFasta }),
    exitCode: 1,
    says: [/None of the 14 features of the table is DNA, or among the sequences/, /Write the ids alike/],
  },
  {
    what: 'features whose sequences nobody knows',
    argv: (s) => s.train({ '--sequences': '' }),
    exitCode: 1,
    says: [/14 of 14 features are no DNA, and no FASTA was given \(first: "asv00"/, /--sequences/],
  },
  {
    what: 'a list of samples that the table lacks',
    argv: (s) => s.train({ '--samples': s.bad.strangeIds }),
    exitCode: 1,
    says: [/1 sample of 2 not in the table \(first: "nobody"\)/, /written as in the table/],
  },
];

const targets: readonly Refusal[] = [
  {
    what: 'a target that is no number',
    argv: (s) => s.train({ '--metadata': s.bad.textAges }),
    exitCode: 1,
    says: [/1 sample of 16 .* no number \(first: "young" for sample "s04"\)/, /Choose a numeric column/],
  },
  {
    what: 'a missing target value',
    argv: (s) => s.train({ '--metadata': s.bad.missingAges }),
    exitCode: 1,
    says: [/2 without a target \(first: "s04", "s09"; 468 reads\)/, /--missing drop/],
  },
  {
    what: 'a column that does not exist',
    argv: (s) => s.train({ '--metadata-column': 'agee' }),
    exitCode: 1,
    says: [/no column "agee". Columns: "subject", "age", "site"/],
  },
  {
    what: 'groups that do not exist',
    argv: (s) => s.pretrain({ '--group-column': 'subjekt', '--metadata': s.metadata }),
    exitCode: 1,
    says: [/no column "subjekt"/],
  },
  {
    what: 'groups without metadata',
    argv: (s) => s.pretrain({ '--group-column': 'subject' }),
    exitCode: 2,
    says: [/--group-column: the groups of "subject" stand in the metadata/, /Give --metadata/],
  },
  {
    what: 'a depth that no sample reaches',
    argv: (s) => s.pretrain({ '--rarefy-depth': '100000' }),
    exitCode: 1,
    says: [/none of 12 samples has 100000 reads; the largest has 345/, /aam inspect/],
  },
  {
    what: 'a condition that no sample meets',
    argv: (s) => s.split({ '--where': 'site=blood' }),
    exitCode: 2,
    says: [/--where: no sample has site=blood; values of site are "gut", "skin"/],
  },
  {
    what: 'a report of what are no predictions',
    argv: (s) => ['report', '--predictions', s.metadata, '--output-dir', s.result],
    exitCode: 1,
    says: [/no column "actual"/],
  },
];

testRefusals({
  'bad tables': tables,
  'bad tree, metadata or sequences': companions,
  'bad targets or samples': targets,
});
