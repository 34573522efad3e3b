// The work of `aam inspect model`: what a model costs, by module, from a checkpoint or a configuration.
import { extname } from 'node:path';
import {
  defaultEncoderConfig,
  defaultPredictorConfig,
  type EncoderConfig,
  encoderConfig,
  type PredictorConfig,
  predictorConfig,
  summarize,
} from '@seq/model';
import { readCheckpoint, readPretrainedEncoder } from '@seq/train';
import type { CommandWork } from '../command.js';
import { pretrainCommand } from '../commands/pretrain.js';
import { trainCommand } from '../commands/train.js';
import { readConfigFile } from '../config-file.js';
import { resolveSettings } from '../settings.js';
import { SettingsReader } from '../settings-reader.js';
import { encoderConfigOf, predictorConfigOf } from './architecture.js';
import { formatSummary } from './inspect/format-summary.js';
import { targetLossOf } from './run-targets.js';
import { outputOfNumber } from './target-of-column.js';

type ModelConfig = EncoderConfig | PredictorConfig;
type Values = Readonly<Record<string, unknown>>;

const settingNames = new Set([...pretrainCommand.settings, ...trainCommand.settings].map(({ name }) => name));
const predictorFields = new Set(Object.keys(defaultPredictorConfig).filter((field) => field !== 'layers'));
const modelFields = new Set([...Object.keys(defaultEncoderConfig), 'feedForwardRatio', ...predictorFields]);

/** The name of a setting as tables have it. */
const settingName = (key: string): string => key.replaceAll('_', '-');

/** Fields of a model configuration; a name that is a setting, too, such as `dropout`, decides nothing. */
function isModelConfig(values: Values): boolean {
  return Object.keys(values).some((key) => modelFields.has(key) && !settingNames.has(settingName(key)));
}

/** The model that `aam pretrain` or `aam train` would build from these settings. */
async function configOfRun(path: string, values: Values): Promise<ModelConfig> {
  const pretraining = new Set(pretrainCommand.settings.map(({ name }) => name));
  const isPretraining = Object.keys(values).every((key) => pretraining.has(settingName(key)));
  const { settings: table } = isPretraining ? pretrainCommand : trainCommand;
  const optional = table.map((setting) => ({ ...setting, required: false }));
  const settings = new SettingsReader(resolveSettings(optional, {}, { path, values }));
  if (isPretraining) return encoderConfigOf(settings);
  const pretrained = settings.textOrUnset('pretrained-encoder');
  const encoder = pretrained === undefined ? undefined : await readPretrainedEncoder(pretrained);
  const output = settings.switch('classifier') ? {} : outputOfNumber(targetLossOf(settings));
  return predictorConfig({ ...predictorConfigOf(settings, encoder), ...output });
}

async function modelConfigOf(path: string): Promise<ModelConfig> {
  if (!['.yaml', '.yml', '.json'].includes(extname(path).toLowerCase())) return (await readCheckpoint(path)).model;
  const values = await readConfigFile(path);
  if (!isModelConfig(values)) return configOfRun(path, values);
  const isPredictor = Object.keys(values).some((key) => predictorFields.has(key));
  return isPredictor ? predictorConfig(values) : encoderConfig(values);
}

/** Prints the summary of a model. */
export const inspectModel: CommandWork = async ({ settings, terminal }) => {
  const config = await modelConfigOf(settings.text('file'));
  const given = {
    asvsPerSample: settings.numberOrUnset('asvs'),
    basesPerAsv: settings.numberOrUnset('bases'),
    encodedAsvs: settings.numberOrUnset('encoded-asvs'),
  };
  const summary = summarize(
    config,
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  );
  const isJson = settings.text('format') === 'json';
  terminal.stdout.write(isJson ? `${JSON.stringify(summary, null, 2)}\n` : formatSummary(summary));
};
