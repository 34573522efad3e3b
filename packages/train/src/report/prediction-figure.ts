// Predicted against actual values as a picture, one panel per model. Data in, SVG text out; it reads and writes no files.
import { trainError } from '../errors.js';
import { RegressionMetrics } from '../metrics/regression-metrics.js';
import { type AxisTicks, axisTicks } from './axis-ticks.js';
import { escaped, rounded, text } from './svg-text.js';

/** One panel of {@link predictionFigure}. */
export interface FigurePanel {
  /** Name of the model, above the panel. */
  readonly title: string;
  /** Actual values in the unit of the target. */
  readonly actual: ArrayLike<number>;
  /** Predicted values, in the same order. */
  readonly predicted: ArrayLike<number>;
}

/** Options of {@link predictionFigure}. */
export interface PredictionFigureOptions {
  /** Name of the target, on both axes. */
  readonly target: string;
  /** Unit of the target, on both axes and beside the errors. Default: none. */
  readonly unit?: string;
  /** Headline. Default: none. */
  readonly title?: string;
}

const PLOT = 340;
const LEFT = 78;
const GAP = 28;
const BOTTOM = 66;
/** Okabe and Ito's palette: told apart with every kind of colour vision. */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7'];
const INK = '#222222';
const GRID = '#E3E3E3';

/**
 * A picture of predicted against actual values: one square panel per model, all with the same axes, the line where both
 * are equal, and the model's MAE, RMSE and R² as text. White background, readable without colour.
 *
 * @param panels - at least one; every panel needs at least one sample.
 * @returns a complete SVG document.
 * @throws SeqError `REPORT_INPUT` for no panel, a panel without samples or of unequal lengths, or a value that is not
 * finite.
 */
export function predictionFigure(panels: readonly FigurePanel[], options: PredictionFigureOptions): string {
  checkPanels(panels);
  const axis = axisTicks(panels.flatMap(({ actual, predicted }) => [...Array.from(actual), ...Array.from(predicted)]));
  const top = options.title === undefined ? 64 : 98;
  const width = LEFT + panels.length * PLOT + (panels.length - 1) * GAP + 24;
  const height = top + PLOT + BOTTOM;
  const names = panels.map(({ title }) => title).join(', ');
  const labels = axisLabels(options);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `role="img" aria-labelledby="figure-title figure-text" font-family="Helvetica, Arial, sans-serif" fill="${INK}">`,
    `<title id="figure-title">${escaped(`Predicted against actual ${options.target}: ${names}`)}</title>`,
    `<desc id="figure-text">${escaped(panels.map((panel) => `${panel.title}: ${scoreText(panel, options)}`).join('; '))}</desc>`,
    `<rect width="${width}" height="${height}" fill="#FFFFFF"/>`,
    ...(options.title === undefined ? [] : [text(LEFT, 34, options.title, { size: 20, weight: 'bold' })]),
    text(20, top + PLOT / 2, labels.predicted, { size: 15, anchor: 'middle', rotate: -90 }),
    text(LEFT + (width - LEFT - 24) / 2, height - 16, labels.actual, { size: 15, anchor: 'middle' }),
    ...panels.map((panel, i) => drawPanel(panel, { axis, options, left: LEFT + i * (PLOT + GAP), top, index: i })),
    '</svg>',
    '',
  ].join('\n');
}

interface PanelPlace {
  readonly axis: AxisTicks;
  readonly options: PredictionFigureOptions;
  readonly left: number;
  readonly top: number;
  readonly index: number;
}

function drawPanel(panel: FigurePanel, { axis, options, left, top, index }: PanelPlace): string {
  const along = (value: number): number => ((value - axis.low) / (axis.high - axis.low)) * PLOT;
  const x = (value: number): number => rounded(left + along(value));
  const y = (value: number): number => rounded(top + PLOT - along(value));
  const shown = axis.values.map((value) => ({ value, label: value.toFixed(axis.decimals).replace('-', '\u2212') }));
  const grid = shown.map(
    ({ value }) =>
      `<path d="M${x(value)} ${top}v${PLOT}M${left} ${y(value)}h${PLOT}" stroke="${GRID}" stroke-width="1" fill="none"/>`,
  );
  const ticks = shown.flatMap(({ value, label }) => [
    text(x(value), top + PLOT + 20, label, { size: 13, anchor: 'middle' }),
    ...(index === 0 ? [text(left - 9, y(value) + 4.5, label, { size: 13, anchor: 'end' })] : []),
  ]);
  const colour = COLOURS[index % COLOURS.length]!;
  const points = Array.from(
    panel.actual,
    (actual, i) => `<circle cx="${x(actual)}" cy="${y(panel.predicted[i]!)}" r="3.6"/>`,
  );
  return [
    '<g>',
    ...grid,
    `<path d="M${left} ${top + PLOT}L${left + PLOT} ${top}" stroke="${INK}" stroke-width="1.5" stroke-dasharray="6 4"/>`,
    `<g fill="${colour}" fill-opacity="0.55" stroke="${colour}" stroke-width="0.8">${points.join('')}</g>`,
    `<rect x="${left}" y="${top}" width="${PLOT}" height="${PLOT}" fill="none" stroke="${INK}" stroke-width="1.2"/>`,
    ...ticks,
    text(left, top - 28, panel.title, { size: 16, weight: 'bold' }),
    text(left, top - 9, scoreText(panel, options), { size: 13 }),
    '</g>',
  ].join('\n');
}

function axisLabels({ target, unit }: PredictionFigureOptions): { actual: string; predicted: string } {
  const name = unit === undefined ? target : `${target} (${unit})`;
  return { actual: `actual ${name}`, predicted: `predicted ${name}` };
}

function scoreText({ actual, predicted }: FigurePanel, { unit }: PredictionFigureOptions): string {
  const metrics = new RegressionMetrics();
  metrics.add(predicted, actual);
  const { mae, rmse, r2, valueCount } = metrics.scores();
  const error = (value: number): string => `${Number(value.toPrecision(3))}${unit === undefined ? '' : ` ${unit}`}`;
  const r2Text = r2.toFixed(2).replace('-', '\u2212');
  return `MAE ${error(mae)}, RMSE ${error(rmse)}, R\u00B2 ${r2Text}, n = ${valueCount}`;
}

function checkPanels(panels: readonly FigurePanel[]): void {
  const refuse = (problem: string, remedy: string): never => {
    throw trainError('REPORT_INPUT', `predictionFigure: ${problem}; ${remedy}.`);
  };
  if (panels.length === 0) refuse('there is no panel', 'give at least one');
  for (const { title, actual, predicted } of panels) {
    if (actual.length === 0) refuse(`panel "${title}" has no sample`, 'leave it out');
    if (actual.length !== predicted.length) {
      refuse(`panel "${title}" has ${predicted.length} predictions for ${actual.length} values`, 'give one for each');
    }
    const bad = [...Array.from(actual), ...Array.from(predicted)].find((value) => !Number.isFinite(value));
    if (bad !== undefined) refuse(`panel "${title}" holds the value ${bad}`, 'leave out samples without a value');
  }
}
