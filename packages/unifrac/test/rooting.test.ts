import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeArtifact } from '@seq/data/files';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUnifrac, openTree, parseNewick, type TreeNotice } from '../src/index.js';

const folder = await mkdtemp(join(tmpdir(), 'seq-unifrac-rooting-'));
const trifurcating = '((a:1,b:1)c:2,(d:3,e:4)f:5,g:1)h;';
const midpoint = '((d:3.0,e:4.0)f:2.0,((a:1.0,b:1.0)c:2.0,g:1.0)h:3.0);';

describe('rooting', () => {
  it('at the midpoint gives the tree that scikit-bio gives', () => {
    using tree = parseNewick(trifurcating, { rooting: 'midpoint' });
    expect(tree.toNewick()).toBe(midpoint);
    expect(tree.rootChildCount).toBe(2);
  });

  it('of a phylogeny leaves the phylogeny itself alone', () => {
    using tree = parseNewick(trifurcating);
    using rooted = tree.rooted({ outgroup: ['d', 'e'] });
    expect(rooted.toNewick()).toBe('((d:3.0,e:4.0)f:2.5,((a:1.0,b:1.0)c:2.0,g:1.0)h:2.5);');
    expect(tree.toNewick()).toContain(')h;');
    expect(tree.rootChildCount).toBe(3);
  });

  it('refuses outgroups and options that make no sense, with a code', () => {
    using tree = parseNewick(trifurcating);
    const code = (rooting: unknown): unknown => {
      try {
        return tree.rooted(rooting as 'midpoint');
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect([code({ outgroup: ['a', 'd'] }), code({ outgroup: ['nobody'] })]).toEqual([
      'OUTGROUP_INVALID',
      'OUTGROUP_INVALID',
    ]);
    for (const rooting of [
      { outgroup: [] },
      { outgroup: 'a' },
      {},
      null,
      'middle',
      { outgroup: ['a\0b'] },
      { outgroup: [1] },
    ]) {
      expect(code(rooting)).toBe('OPTION_INVALID');
    }
  });

  it('tells of a root with three children, but only if the tree is taken as it is', () => {
    const notices: TreeNotice[] = [];
    const onNotice = (notice: TreeNotice): void => void notices.push(notice);
    parseNewick(trifurcating, { onNotice }).dispose();
    parseNewick('((a,b),c);', { onNotice }).dispose();
    parseNewick(trifurcating, { onNotice, rooting: 'midpoint' }).dispose();
    expect(notices.map(({ rootChildCount }) => rootChildCount)).toEqual([3]);
    expect(notices[0]!.message).toContain('3 children');
  });

  it('of a file happens while it is read', async () => {
    const path = join(folder, 'tree.nwk');
    await writeFile(path, trifurcating);
    const notices: TreeNotice[] = [];
    const onNotice = (notice: TreeNotice): void => void notices.push(notice);
    using rooted = await openTree(path, { rooting: 'midpoint', onNotice });
    expect(rooted.toNewick()).toBe(midpoint);
    using asIs = await openTree(path, { onNotice });
    expect([asIs.rootChildCount, notices.length]).toEqual([3, 1]);
    await expect(openTree(path, { rooting: { outgroup: ['a', 'd'] } })).rejects.toMatchObject({
      code: 'OUTGROUP_INVALID',
      details: { path },
    });
    await expect(openTree(path, { rooting: 'middle' as 'midpoint' })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

describe('artifacts of trees', () => {
  const written = async (type: string): Promise<string> => {
    const path = join(folder, `${type}.qza`);
    const files = [{ name: 'tree.nwk', content: trifurcating }];
    await writeArtifact(path, { type, format: 'NewickDirectoryFormat', files });
    return path;
  };

  it('that say they have no root are read with a rooting only', async () => {
    const path = await written('Phylogeny[Unrooted]');
    await expect(openTree(path)).rejects.toMatchObject({ code: 'TREE_NOT_ROOTED', details: { path } });
    await expect(openTree(path)).rejects.toThrow(/Say where its root shall be: rooting: 'midpoint' or an outgroup/);
    using rooted = await openTree(path, { rooting: 'midpoint' });
    expect(rooted.toNewick()).toBe(midpoint);
  });

  it('that say they have a root are read as they are', async () => {
    using tree = await openTree(await written('Phylogeny[Rooted]'));
    expect([tree.rootChildCount, tree.tipCount]).toEqual([3, 5]);
    await expect(openTree(await written('TreeOfLife'))).rejects.toMatchObject({ code: 'FILE_FORMAT_UNKNOWN' });
  });
});

describe('shear', () => {
  it('keeps the wanted tips and merges nodes that are left with one child', () => {
    using tree = parseNewick('(((a:1,b:2)x:3,c:4)y:5,d:6)r;');
    using collapsed = tree.shear(['c', 'a']);
    expect(collapsed.toNewick()).toBe('((a:4.0,c:4.0)y:5.0)r;');
    using kept = tree.shear(['a'], { singleChildren: 'keep' });
    expect(kept.toNewick()).toBe('(((a:1.0)x:3.0)y:5.0)r;');
    expect(() => tree.shear(['a', 'nobody'])).toThrowError(/1 of 2 names are no tips of the tree \(first: "nobody"\)/);
    expect(() => tree.shear([])).toThrowError(expect.objectContaining({ code: 'TREE_EMPTY' }));
  });

  it('for any choice of tips, no distance changes', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    using tree = parseNewick('((((a:1,b:.5):0,c:2):1,(d:1,(e:3):1):.25):.5,(f:2,g:1):.125);');
    fc.assert(
      fc.property(fc.subarray(names, { minLength: 1 }), fc.array(fc.nat(6), { maxLength: 9 }), (kept, picks) => {
        using part = tree.shear(kept);
        const half = Math.floor(picks.length / 2);
        const chosen = [picks.slice(0, half), picks.slice(half)].map((some) => [
          ...new Set(some.map((i) => i % kept.length)),
        ]);
        const samples = {
          offsets: Uint32Array.of(0, chosen[0]!.length, chosen[0]!.length + chosen[1]!.length),
          features: Uint32Array.from(chosen.flat()),
        };
        using whole = createUnifrac(tree, kept);
        using sheared = createUnifrac(part, kept);
        expect(sheared.distances(samples)[0]).toBeCloseTo(whole.distances(samples)[0]!, 12);
      }),
    );
  });
});

describe('toNewick', () => {
  it('for any names and lengths, reads back as the same tree', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !text.includes('\0'));
    const length = fc.double({ min: 0, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 2, maxLength: 6 }),
        fc.array(length, { minLength: 6, maxLength: 6 }),
        (names, lengths) => {
          const quotedName = (text: string): string => `'${text.replaceAll("'", "''")}'`;
          const tips = names.map((text, i) => `${quotedName(text)}:${lengths[i]}`);
          using tree = parseNewick(`((${tips[0]})${quotedName(names[1]!)}:1,${tips.slice(1).join(',')});`);
          using again = parseNewick(tree.toNewick());
          expect(again.tipNames).toEqual(names);
          expect(again.toNewick()).toBe(tree.toNewick());
          expect(again.totalLength).toBe(tree.totalLength);
        },
      ),
    );
  });
});
