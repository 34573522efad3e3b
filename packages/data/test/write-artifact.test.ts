import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ArtifactContent, openArtifact, writeArtifact, ZipArchive } from '@seq/data/files';
import { describe, expect, it } from 'vitest';
import { codeOf, temporaryFolder } from './fixtures.js';

const uuid = '0a1b2c3d-0000-4000-8000-00000000000a';
const made = { uuid, time: new Date('2026-01-02T03:04:05.678Z') };
const lines = ['\ta\tb\n', 'a\t0\t0.5\n', 'b\t0.5\t0\n'];
const matrix = (content: ArtifactContent['files'][number]['content']): ArtifactContent => ({
  type: 'DistanceMatrix',
  format: 'DistanceMatrixDirectoryFormat',
  files: [{ name: 'distance-matrix.tsv', content }],
});

async function bytesOf(content: ArtifactContent): Promise<Buffer> {
  const path = join(temporaryFolder(), 'x.qza');
  await writeArtifact(path, content, made);
  return readFileSync(path);
}

async function membersOf(bytes: Uint8Array): Promise<Map<string, string>> {
  const archive = await ZipArchive.open('x.qza', bytes);
  const texts = new Map<string, string>();
  for (const name of archive.names) texts.set(name, new TextDecoder().decode(await archive.read(name)));
  return texts;
}

describe('writeArtifact', () => {
  it('lays out what QIIME 2 expects, under the UUID, with a checksum for every file', async () => {
    const members = await membersOf(await bytesOf(matrix(lines)));
    expect([...members.keys()].map((name) => name.slice(uuid.length + 1))).toEqual([
      'VERSION',
      'metadata.yaml',
      'data/distance-matrix.tsv',
      'provenance/VERSION',
      'provenance/metadata.yaml',
      'provenance/citations.bib',
      'provenance/action/action.yaml',
      'checksums.md5',
    ]);
    expect(members.get(`${uuid}/metadata.yaml`)).toBe(
      `uuid: ${uuid}\ntype: DistanceMatrix\nformat: DistanceMatrixDirectoryFormat\n`,
    );
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const listed = [...members].filter(([name]) => !name.endsWith('checksums.md5'));
    const wanted = listed.map(([name, text]) => `${md5(text)}  ${name.slice(uuid.length + 1)}\n`).join('');
    expect(members.get(`${uuid}/checksums.md5`)).toBe(wanted);
    expect(members.get(`${uuid}/provenance/action/action.yaml`)).toContain(
      `    -   name: "distance-matrix.tsv"\n        md5sum: "${md5(lines.join(''))}"\n`,
    );
  });

  it('is read back by openArtifact', async () => {
    const artifact = await openArtifact('x.qza', await bytesOf(matrix(lines.join(''))));
    expect(artifact.type).toBe('DistanceMatrix');
    expect(new TextDecoder().decode(await artifact.data('distance-matrix.tsv'))).toBe(lines.join(''));
  });

  it('gives the same bytes for text, bytes and pieces of either, now or later', async () => {
    async function* later(): AsyncGenerator<Uint8Array> {
      for (const byte of Buffer.from(lines.join(''))) yield Uint8Array.of(byte);
    }
    const whole = await bytesOf(matrix(lines.join('')));
    for (const content of [lines, Buffer.from(lines.join('')), later()]) {
      expect(await bytesOf(matrix(content))).toEqual(whole);
    }
  });

  it('gives the same bytes in any time zone', async () => {
    const script = `import { writeArtifact } from '@seq/data/files';
      const [path, text] = process.argv.slice(2);
      await writeArtifact(path, { type: 'DistanceMatrix', format: 'DistanceMatrixDirectoryFormat',
        files: [{ name: 'distance-matrix.tsv', content: text }] },
        { uuid: '${uuid}', time: new Date('2026-01-02T03:04:05.678Z') });`;
    const folder = temporaryFolder();
    const root = new URL('..', import.meta.url);
    const scriptPath = join(folder, 'write.mts');
    writeFileSync(scriptPath, script.replace('@seq/data/files', new URL('src/files.ts', root).href));
    const tsx = new URL('../../node_modules/.bin/tsx', root).pathname;
    for (const TZ of ['Asia/Tokyo', 'America/New_York']) {
      const path = join(folder, `${TZ.replace('/', '-')}.qza`);
      execFileSync(tsx, ['--conditions=@seq/source', scriptPath, path, lines.join('')], {
        env: { ...process.env, TZ },
      });
      expect(readFileSync(path)).toEqual(await bytesOf(matrix(lines)));
    }
  });

  it.each([
    ['another UUID', matrix(lines), { uuid: '0a1b2c3d-0000-1000-8000-00000000000a' }],
    ['no file', { ...matrix(lines), files: [] }, {}],
    ['a type that breaks the metadata', { ...matrix(lines), type: 'A\nuuid: b' }, {}],
    ['a name that leads out', { ...matrix(lines), files: [{ name: '../x', content: '' }] }, {}],
    ['a name twice', { ...matrix(lines), files: [...matrix(lines).files, ...matrix(lines).files] }, {}],
  ])('refuses %s', async (_, content, options) => {
    const folder = temporaryFolder();
    expect(await codeOf(() => writeArtifact(join(folder, 'x.qza'), content, options))).toBe('OPTION_INVALID');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves nothing behind when the content fails or the caller gives up', async () => {
    const folder = temporaryFolder();
    function* failing(): Generator<string> {
      yield 'a';
      throw new RangeError('no more');
    }
    await expect(writeArtifact(join(folder, 'x.qza'), matrix(failing()))).rejects.toThrow('no more');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(writeArtifact(join(folder, 'x.qza'), matrix(lines), { signal })).rejects.toThrow('enough');
    expect(readdirSync(folder)).toEqual([]);
  });
});

const qiime2 = await promisify(execFile)('/usr/bin/python3', ['-c', 'import qiime2, q2_types']).then(
  () => true,
  () => false,
);

describe.skipIf(!qiime2)('QIIME 2, where it is installed', () => {
  it('finds the artifact valid at its highest level, and reads it', { timeout: 60_000 }, async () => {
    const path = join(temporaryFolder(), 'x.qza');
    await writeArtifact(path, matrix(lines), made);
    const script = `import sys, qiime2, skbio
artifact = qiime2.Artifact.load(sys.argv[1])
artifact.validate('max')
print(artifact.uuid, artifact.type, artifact.view(skbio.DistanceMatrix)['a', 'b'])`;
    const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', script, path]);
    expect(stdout).toBe(`${uuid} DistanceMatrix 0.5\n`);
  });
});
