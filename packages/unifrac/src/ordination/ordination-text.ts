// An ordination as text: the format of scikit-bio, which Emperor and QIIME 2 read, and a table. Knows no file.
import { firstFew, quoted } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { type Ordination, requireOrdination } from './ordination.js';

/** Text as `OrdinationResults` of scikit-bio; only eigenvalues, proportions and samples ("Site") are filled. */
export function ordinationText(ordination: Ordination): string {
  const { sampleIds, dimensions, eigenvalues, proportionExplained } = ordination;
  const vector = (name: string, values: Float64Array): string => `${name}\t${values.length}\n${values.join('\t')}\n`;
  return [
    vector('Eigvals', eigenvalues),
    vector('Proportion explained', proportionExplained),
    'Species\t0\t0\n',
    `Site\t${sampleIds.length}\t${dimensions}\n${rows(ordination).join('')}`,
    'Biplot\t0\t0\n',
    'Site constraints\t0\t0\n',
  ].join('\n');
}

const eigenvaluesLine = '# eigenvalues';
const proportionsLine = '# proportion explained';

/** A table with a header, one line per sample, that QIIME 2 reads as sample metadata; eigenvalues stand in comments. */
export function ordinationTable(ordination: Ordination): string {
  const { dimensions, eigenvalues, proportionExplained } = ordination;
  const axes = Array.from({ length: dimensions }, (_, axis) => `PC${axis + 1}`);
  return [
    `${[eigenvaluesLine, ...eigenvalues].join('\t')}\n`,
    `${[proportionsLine, ...proportionExplained].join('\t')}\n`,
    `${['sample-id', ...axes].join('\t')}\n`,
    ...rows(ordination),
  ].join('');
}

function rows({ sampleIds, dimensions, coordinates }: Ordination): string[] {
  return sampleIds.map((id, sample) => {
    if (id === '' || id.trim() !== id || id.startsWith('#') || /[\t\r\n]/.test(id)) {
      const found = `sample id ${quoted(id)} is empty, has a tab, a line end or outer blanks, or begins with "#"`;
      throw unifracError('ORDINATION_INVALID', `writeOrdination: ${found}. Rename the sample.`, { details: { id } });
    }
    return `${[id, ...coordinates.subarray(sample * dimensions, (sample + 1) * dimensions)].join('\t')}\n`;
  });
}

/** The ordination of a text of either form; `name` is for errors. */
export function parseOrdination(name: string, text: string): Ordination {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const ordination = lines[0]?.startsWith(eigenvaluesLine) ? parseTable(name, lines) : parseSections(name, lines);
  try {
    requireOrdination(name, ordination);
  } catch (cause) {
    malformed(name, (cause as Error).message.replace(`${name}: `, '').replace(/\.$/, ''), cause);
  }
  return ordination;
}

function parseTable(name: string, lines: readonly string[]): Ordination {
  const [first, second, header, ...body] = lines;
  if (second === undefined || header === undefined || !second.startsWith(proportionsLine)) {
    return malformed(name, 'a line of proportions and a header are missing');
  }
  const vector = (line: string): number[] =>
    line
      .split('\t')
      .slice(1)
      .map((cell) => numberOf(name, cell));
  const dimensions = header.split('\t').length - 1;
  return { ...placesOf(name, body, dimensions), ...vectorsOf(vector(first!), vector(second)), dimensions };
}

function parseSections(name: string, lines: readonly string[]): Ordination {
  let next = 0;
  /** Goes on to a section of this name and gives its sizes. */
  const section = (title: string, sizes: number): number[] => {
    const [found = '', ...counts] = (lines[next++] ?? '').split('\t');
    const numbers = counts.map((count) => (/^\d{1,15}$/.test(count) ? Number(count) : -1));
    if (found !== title || numbers.length !== sizes || numbers.includes(-1)) {
      malformed(name, `${quoted(title)} with ${sizes} count(s) is expected where ${quoted(found)} stands`);
    }
    return numbers;
  };
  const take = (count: number, what: string): readonly string[] => {
    const taken = lines.slice(next, next + count);
    if (taken.length !== count) malformed(name, `it ends within ${quoted(what)}`);
    next += count;
    return taken;
  };
  const vector = (title: string): number[] => {
    const [count] = section(title, 1) as [number];
    const values =
      count === 0
        ? []
        : take(1, title)[0]!
            .split('\t')
            .map((cell) => numberOf(name, cell));
    if (values.length !== count) malformed(name, `${quoted(title)} has ${values.length} numbers, not ${count}`);
    return values;
  };
  const eigenvalues = vector('Eigvals');
  const proportions = vector('Proportion explained');
  const skip = (title: string): void => void take(section(title, 2)[0]!, title);
  skip('Species');
  const [sampleCount, dimensions] = section('Site', 2) as [number, number];
  const places = placesOf(name, take(sampleCount, 'Site'), dimensions);
  skip('Biplot');
  skip('Site constraints');
  if (next !== lines.length) malformed(name, `text follows the last section: ${quoted(lines[next]!)}`);
  return { ...places, ...vectorsOf(eigenvalues, proportions), dimensions };
}

function vectorsOf(
  eigenvalues: readonly number[],
  proportions: readonly number[],
): Pick<Ordination, 'eigenvalues' | 'proportionExplained'> {
  return { eigenvalues: Float64Array.from(eigenvalues), proportionExplained: Float64Array.from(proportions) };
}

function placesOf(
  name: string,
  lines: readonly string[],
  dimensions: number,
): Pick<Ordination, 'sampleIds' | 'coordinates'> {
  const cells = lines.map((line) => line.split('\t'));
  const wrong = cells.filter(({ length }) => length !== dimensions + 1).map(([id]) => id!);
  if (wrong.length > 0)
    malformed(name, `${wrong.length} sample(s) have not ${dimensions} places (first: ${firstFew(wrong)})`);
  const coordinates = new Float64Array(lines.length * dimensions);
  cells.forEach((row, sample) => {
    for (let axis = 0; axis < dimensions; axis++)
      coordinates[sample * dimensions + axis] = numberOf(name, row[axis + 1]!);
  });
  return { sampleIds: cells.map(([id]) => id!), coordinates };
}

function numberOf(name: string, cell: string): number {
  const value = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(cell) ? Number(cell) : Number.NaN;
  return Number.isFinite(value) ? value : malformed(name, `${quoted(cell)} is no finite number`);
}

function malformed(name: string, found: string, cause?: unknown): never {
  const message = `${quoted(name)} cannot be read as an ordination: ${found}.`;
  throw unifracError('FILE_MALFORMED', message, { details: { path: name }, cause });
}
