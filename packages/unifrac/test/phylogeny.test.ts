import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTree, parseNewick, tipCover } from '../src/index.js';

const folder = await mkdtemp(join(tmpdir(), 'seq-unifrac-tree-'));
const codeOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return (error as { code?: unknown }).code ?? error;
  }
  return 'nothing thrown';
};

describe('tipCover', () => {
  it('says which ids are tips, and has the tips in their order, as a list of all names would', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c d', 'é', 'x', 'y', 'z'), { minLength: 1 });
    fc.assert(
      fc.property(names, names, (tips, ids) => {
        using tree = parseNewick(`(${tips.map((name) => `'${name}':1`).join(',')});`);
        const cover = tipCover(tree);
        expect(cover.size).toBe(tips.length);
        expect([...cover.all()]).toEqual(tips);
        expect([...cover.covers(ids)]).toEqual(ids.map((id) => (tips.includes(id) ? 1 : 0)));
      }),
    );
  });

  it('takes an unnamed tip for a tip that no id has', () => {
    using tree = parseNewick('(a:1,:2);');
    expect([...tipCover(tree).covers(['a', ''])]).toEqual([1, 0]);
    expect([...tipCover(tree).all()]).toEqual(['a', '']);
  });

  it('refuses a disposed tree, also for ids it was asked for before', () => {
    const tree = parseNewick('(a:1,b:2);');
    const cover = tipCover(tree);
    const ids = ['a'];
    cover.covers(ids);
    tree.dispose();
    expect(codeOf(() => cover.covers(ids))).toBe('PHYLOGENY_DISPOSED');
    expect(codeOf(() => tipCover(tree))).toBe('PHYLOGENY_DISPOSED');
  });
});

describe('parseNewick', () => {
  it('knows tips, nodes and lengths, and writes the tree again', () => {
    using tree = parseNewick("[comment](('it''s':1,β_2:2)0.95:0.5,c:3e-1):9;");
    expect(tree.tipNames).toEqual(["it's", 'β_2', 'c']);
    expect([tree.tipCount, tree.nodeCount, tree.totalLength]).toEqual([3, 5, 3.8]);
    expect([tree.hasTip("it's"), tree.hasTip('0.95'), tree.hasTip('')]).toEqual([true, false, false]);
    expect(tree.toNewick()).toBe("(('it''s':1.0,'β_2':2.0)0.95:0.5,c:0.3):9.0;");
  });

  it('reads bytes as well as text', () => {
    using tree = parseNewick(new TextEncoder().encode('(a:1,b:2);'));
    expect(tree.tipNames).toEqual(['a', 'b']);
  });

  it('refuses damaged trees with a code and the place', () => {
    expect(() => parseNewick('(a:1,b:2')).toThrowError(/1 "\(" still open at line 1, column 9/);
    expect(codeOf(() => parseNewick('(a:1,b:2'))).toBe('NEWICK_UNBALANCED');
    expect(codeOf(() => parseNewick(''))).toBe('TREE_EMPTY');
    expect(codeOf(() => parseNewick('(a,b);(c,d);'))).toBe('NEWICK_SEVERAL_TREES');
    expect(codeOf(() => parseNewick('(a,b); x'))).toBe('NEWICK_TRAILING_TEXT');
    expect(codeOf(() => parseNewick(Uint8Array.of(40, 255, 41)))).toBe('TEXT_NOT_UTF8');
    expect(codeOf(() => parseNewick('(a\0b,c);'))).toBe('NEWICK_INVALID');
    expect(() => parseNewick('(a:1,a:2);')).toThrowError(/1 tip name\(s\) occur more than once \(first: "a"\)/);
    expect(() => parseNewick('(a:nan,b:1);')).toThrowError(/branch length of node "a" is "nan"/);
  });

  it('takes negative lengths as 0 only when asked', () => {
    expect(codeOf(() => parseNewick('(a:-0.5,b:1);'))).toBe('BRANCH_LENGTH_INVALID');
    using tree = parseNewick('(a:-0.5,b:1);', { negativeLengths: 'zero' });
    expect(tree.totalLength).toBe(1);
  });

  // Work that grew with the square of the text would take hours here.
  it.each<readonly [what: string, text: string, tips: number]>([
    ['nested parentheses', `${'('.repeat(1e6)}a${')'.repeat(1e6)};`, 1],
    ['nested clades with lengths', `${'('.repeat(1e6)}a${'):1'.repeat(1e6)};`, 1],
    ['quotes in one name', `('${"''".repeat(1e6)}',b);`, 2],
    ['comments', `(${'[c]'.repeat(1e6)}a,b);`, 2],
    ['nested comments', `(${'['.repeat(1e6)}${']'.repeat(1e6)}a,b);`, 2],
    ['blanks', `(a${' '.repeat(1e6)},b);`, 2],
    ['digits', `(a:0.${'1'.repeat(1e6)},b);`, 2],
    ['tips without names', `(${','.repeat(1e6)});`, 1e6 + 1],
    ['tips with quotes', `(${Array.from({ length: 2e5 }, (_, i) => `'t ${i}'`).join()});`, 2e5],
    [
      'rungs of a ladder',
      `${Array.from({ length: 2e5 }, (_, i) => `(t${i}:1,`).join('')}a:1${'):1'.repeat(2e5)};`,
      2e5 + 1,
    ],
  ])('takes very many %s', (_, text, tips) => {
    using tree = parseNewick(text);
    expect(tree.tipCount).toBe(tips);
    using again = parseNewick(tree.toNewick());
    expect([again.tipCount, again.nodeCount]).toEqual([tips, tree.nodeCount]);
  });

  it.each<readonly [what: string, text: string, code: string]>([
    ['parentheses that stay open', '('.repeat(1e6), 'NEWICK_UNBALANCED'],
    ['parentheses that close nothing', ')'.repeat(1e6), 'NEWICK_UNBALANCED'],
    ['quotes that stay open', `(${"'a".repeat(1e6)}`, 'NEWICK_INVALID'],
    ['comments that stay open', `(a${'['.repeat(1e6)}`, 'NEWICK_INVALID'],
    ['tips of one name', `(${'a,'.repeat(1e6)}a);`, 'TIP_NAME_DUPLICATE'],
    ['trees', '(a,b);'.repeat(1e6), 'NEWICK_SEVERAL_TREES'],
  ])('refuses very many %s', (_, text, code) => {
    expect(codeOf(() => parseNewick(text))).toBe(code);
  });

  it('survives any text: a tree comes out, or an error with a code', () => {
    const piece = fc.constantFrom('(', ')', ',', ':', ';', "'", '"', '[', ']', 'a', 'b', '0.5', ' ', '\n', 'é', '-');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const code = codeOf(() => parseNewick(pieces.join('')).dispose());
        expect(typeof code).toBe('string');
      }),
    );
  });
});

describe('Phylogeny', () => {
  it('cannot be used after disposal, which may be repeated', () => {
    const tree = parseNewick('(a:1,b:2);');
    expect(tree.tipNames).toHaveLength(2);
    tree.dispose();
    tree.dispose();
    expect(codeOf(() => tree.tipCount)).toBe('PHYLOGENY_DISPOSED');
    expect(codeOf(() => tree.tipNames)).toBe('PHYLOGENY_DISPOSED');
    expect(codeOf(() => tree.hasTip('a'))).toBe('PHYLOGENY_DISPOSED');
  });
});

describe('openTree', () => {
  it('reads Newick files, plain or gzip-compressed, whatever they are called', async () => {
    const plain = join(folder, 'tree.txt');
    const packed = join(folder, 'tree.nwk');
    await writeFile(plain, '(a:1,b:2);\n');
    await writeFile(packed, gzipSync('(a:1,b:2,c:3);\n'));
    using two = await openTree(plain);
    using three = await openTree(packed);
    expect([two.tipCount, three.tipCount]).toEqual([2, 3]);
    await writeFile(plain, "('over\ntwo lines':1,b:2);\n");
    using quoted = await openTree(plain);
    expect(quoted.tipNames).toEqual(['over\ntwo lines', 'b']);
  });

  it('names the file in every error', async () => {
    const broken = join(folder, 'broken.nwk');
    await writeFile(broken, '(a:1,b:2');
    await expect(openTree(broken)).rejects.toMatchObject({ code: 'NEWICK_UNBALANCED', details: { path: broken } });
    await expect(openTree(broken)).rejects.toThrowError('broken.nwk');
    await expect(openTree(join(folder, 'absent.nwk'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(openTree(folder)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    const negative = join(folder, 'negative.nwk');
    await writeFile(negative, '(a:-1,b:2);');
    await expect(openTree(negative)).rejects.toThrowError(/negative\.nwk.*branch length of node "a" is "-1"/);
    using asZero = await openTree(negative, { negativeLengths: 'zero' });
    expect(asZero.totalLength).toBe(2);
    const damaged = join(folder, 'damaged.gz');
    await writeFile(damaged, gzipSync('(a:1,b:2);').subarray(0, 20));
    await expect(openTree(damaged)).rejects.toMatchObject({ code: 'FILE_MALFORMED' });
    const fasta = join(folder, 'rep-seqs.fasta');
    await writeFile(fasta, '>asv1\nACGT\n>asv2\nACGG\n');
    await expect(openTree(fasta)).rejects.toMatchObject({
      code: 'FILE_FORMAT_UNKNOWN',
      message: `"${fasta}" holds no tree in Newick form, such as "(a:1,b:2);", but other text. Give the file of the tree.`,
    });
  });

  it('ends with the reason of its signal', async () => {
    const reason = new Error('no longer wanted');
    await expect(openTree(join(folder, 'tree.txt'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
