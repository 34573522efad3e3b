// A summary of a model as a table. It computes nothing.
import { grouped } from '@seq/data/files';
import type { ModelSummary, ModuleSummary } from '@seq/model';

/** Numbers that Adam and AdamW keep per parameter in training: value, gradient, two moments. */
const KEPT_BY_ADAM = 4;

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const COUNT_UNITS = ['', 'K', 'M', 'G', 'T'];

function scaled(value: number, base: number, units: readonly string[]): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log(Math.max(value, 1)) / Math.log(base))));
  const number = value / base ** power;
  return `${power === 0 ? number : number.toPrecision(3)} ${units[power]}`.trimEnd();
}

const bytes = (value: number): string => scaled(value, 1024, BYTE_UNITS);
const operations = (value: number): string => scaled(value, 1000, COUNT_UNITS);

type Cells = readonly string[];
type Costs = Pick<ModuleSummary, 'parameters' | 'parameterBytes' | 'flops' | 'activationBytes'>;

function cells(name: string, { parameters, parameterBytes, flops, activationBytes }: Costs): Cells {
  return [name, grouped(parameters), bytes(parameterBytes), operations(flops), bytes(activationBytes)];
}

function aligned(rows: readonly Cells[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: Cells): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

/** One line per part, the sum, and what the numbers are for. */
export function formatSummary({ kind, sample, modules, total }: ModelSummary): string {
  const { asvsPerSample, basesPerAsv, encodedAsvs } = sample;
  const rows = modules.map((module) => cells(`${module.name}${module.isLazy ? ' *' : ''}`, module));
  const head = ['part', 'parameters', 'memory', 'operations', 'activations'];
  const training = bytes(KEPT_BY_ADAM * total.parameterBytes);
  return (
    `${kind}, for a sample of ${asvsPerSample} ASVs of ${basesPerAsv} bases` +
    `${encodedAsvs === asvsPerSample ? '' : `, ${encodedAsvs} of them in no other sample`}\n\n` +
    aligned([head, ...rows, cells('total', total)]) +
    '\n* runs only where its output is needed\n' +
    'operations: of the matrix products of a forward pass; a training step takes about 3 times as many\n' +
    'activations: all numbers that operations give out\n' +
    `parameters in training with Adam: ${training}\n`
  );
}
