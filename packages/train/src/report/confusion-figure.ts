// Confusion matrices as a picture, one panel per model. Data in, SVG text out; it reads and writes no files.
import { trainError } from '../errors.js';
import type { ClassReport, ModelClassScores } from './class-report.js';
import { escaped, rounded, text } from './svg-text.js';

/** Least side of a matrix; more classes than fit make it larger. */
const PLOT = 340;
const LEAST_CELL = 26;
const GAP = 28;
const TOP = 64;
const MARGIN = 24;
/** Width that a letter takes at size 1, generously. */
const LETTER = 0.6;
const MOST_LETTERS = 24;
const INK = '#222222';
/** The first colour of Okabe and Ito's palette, from nothing to full. */
const FULL = [0x00, 0x72, 0xb2] as const;

/**
 * A picture of confusion matrices: one square panel per model, actual classes as rows, predicted ones as columns, the
 * number of samples in each cell that has some, darker where it is a larger share of its row, and accuracy, F1 and the
 * area under the ROC curve as text. White background, readable without colour. Names of classes longer than 24 letters
 * are cut.
 *
 * @param report - with at least one model.
 * @returns a complete SVG document.
 * @throws SeqError `REPORT_INPUT` for a report without models.
 */
export function confusionFigure({ target, classes, models }: ClassReport): string {
  if (models.length === 0) throw trainError('REPORT_INPUT', 'confusionFigure: there is no model; give at least one.');
  const labels = classes.map((name) =>
    name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}\u2026` : name,
  );
  const cell = Math.max(LEAST_CELL, PLOT / classes.length);
  const size = cell >= 40 ? 13 : 11;
  const side = rounded(cell * classes.length);
  const longest = Math.max(...labels.map((label) => label.length)) * LETTER * size;
  // Names of columns stand upright as soon as one is wider than its column.
  const isUpright = longest > cell - 6;
  const left = rounded(46 + longest);
  const bottom = rounded((isUpright ? longest + 16 : 24) + 40);
  const width = rounded(left + models.length * side + (models.length - 1) * GAP + MARGIN);
  const height = rounded(TOP + side + bottom);
  const names = models.map(({ name }) => name).join(', ');
  const summary = models.map((model) => `${model.name}: ${scoreText(model)}`).join('; ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `role="img" aria-labelledby="figure-title figure-text" font-family="Helvetica, Arial, sans-serif" fill="${INK}">`,
    `<title id="figure-title">${escaped(`Predicted against actual ${target}: ${names}`)}</title>`,
    `<desc id="figure-text">${escaped(summary)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#FFFFFF"/>`,
    text(20, TOP + side / 2, `actual ${target}`, { size: 15, anchor: 'middle', rotate: -90 }),
    text(rounded((left + width - MARGIN) / 2), height - 16, `predicted ${target}`, { size: 15, anchor: 'middle' }),
    ...labels.map((label, row) =>
      text(rounded(left - 9), rounded(TOP + (row + 0.5) * cell + size / 3), label, { size, anchor: 'end' }),
    ),
    ...models.map((model, i) =>
      drawPanel(model, { labels, cell, size, isUpright, left: rounded(left + i * (side + GAP)) }),
    ),
    '</svg>',
    '',
  ].join('\n');
}

interface PanelPlace {
  readonly labels: readonly string[];
  readonly cell: number;
  /** Height of letters. */
  readonly size: number;
  readonly isUpright: boolean;
  readonly left: number;
}

function drawPanel(model: ModelClassScores, { labels, cell, size, isUpright, left }: PanelPlace): string {
  const side = rounded(cell * labels.length);
  const cells = model.confusion.flatMap((row, i) => {
    const support = row.reduce((sum, count) => sum + count, 0);
    return row.flatMap((count, j) => {
      if (count === 0) return [];
      const share = count / support;
      const [x, y] = [rounded(left + j * cell), rounded(TOP + i * cell)];
      const style = { size, anchor: 'middle', fill: share > 0.5 ? '#FFFFFF' : INK } as const;
      return [
        `<rect x="${x}" y="${y}" width="${rounded(cell)}" height="${rounded(cell)}" fill="${shade(share)}"/>`,
        text(rounded(x + cell / 2), rounded(y + cell / 2 + size / 3), String(count), style),
      ];
    });
  });
  const columns = labels.map((label, j) => {
    const x = rounded(left + (j + 0.5) * cell);
    if (!isUpright) return text(x, rounded(TOP + side + 20), label, { size, anchor: 'middle' });
    return text(rounded(x + size / 3), rounded(TOP + side + 10), label, { size, anchor: 'end', rotate: -90 });
  });
  return [
    '<g>',
    ...cells,
    `<rect x="${left}" y="${TOP}" width="${side}" height="${side}" fill="none" stroke="${INK}" stroke-width="1.2"/>`,
    ...columns,
    text(left, TOP - 28, model.name, { size: 16, weight: 'bold' }),
    text(left, TOP - 9, scoreText(model), { size: 13 }),
    '</g>',
  ].join('\n');
}

/** White for no share of a row, the full colour for all of it. */
function shade(share: number): string {
  const channels = FULL.map((full) => Math.round(255 + share * (full - 255)));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function scoreText({ accuracy, f1, auc, sampleCount }: ModelClassScores): string {
  const scores = [`accuracy ${accuracy.toFixed(2)}`, `F1 ${f1.toFixed(2)}`];
  if (auc !== undefined) scores.push(`AUC ${auc.toFixed(2)}`);
  return `${scores.join(', ')}, n = ${sampleCount}`;
}
