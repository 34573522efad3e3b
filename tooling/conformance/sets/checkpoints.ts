// Files that the reference wrote with PyTorch, with the weights and outputs they must give.
import { importReferenceCheckpoint, modelFromCheckpoint, readReferenceStateDict } from '@seq/train';
import type { Check } from '../check.js';
import { encoderInput, type VectorConfig } from '../model-cases/model-configuration.js';
import { pickRows, raggedBatch, under } from '../model-cases/padded-batch.js';
import { tolerance } from '../tolerances.js';
import type { VectorCase, VectorSet } from '../vector-set.js';
import { jsonVectors, type Vector } from '../vectors.js';

interface CheckpointVector {
  readonly config: VectorConfig;
  readonly files: readonly { readonly file: string; readonly note: string }[];
  readonly keys_in_order: readonly (readonly [string, readonly number[]])[];
}

/** Every file: its weights exactly, the configuration inferred from them, and the outputs of the model. */
async function* cases(directory: string): AsyncGenerator<VectorCase> {
  for (const vector of jsonVectors<CheckpointVector>(directory)) {
    for (const { file } of vector.content.files) {
      yield {
        name: `${vector.name}/${file}`,
        run: async (check) => {
          await checkWeights(vector, vector.path(file), check);
          await checkModel(vector, vector.path(file), check);
        },
      };
    }
  }
}

async function checkWeights(
  { content, ...vector }: Vector<CheckpointVector>,
  path: string,
  check: Check,
): Promise<void> {
  const { weights } = await readReferenceStateDict(path);
  check.equal(
    'names and shapes',
    [...weights].map(([name, { shape }]) => [name, shape]),
    content.keys_in_order,
  );
  for (const [name, want] of under(vector.tensors(), 'weights/')) {
    check.equal(`weights/${name}`, weights.get(name)?.data, want.data);
  }
}

async function checkModel({ content, ...vector }: Vector<CheckpointVector>, path: string, check: Check): Promise<void> {
  const { config } = content;
  const { checkpoint } = await importReferenceCheckpoint(path, { heads: config.heads });
  const { dropout, ...want } = encoderInput(config);
  const got: Readonly<Record<string, unknown>> = { ...checkpoint.model };
  for (const [field, value] of Object.entries(want)) {
    // The width of a base head that the model does not have is not in its weights.
    if (field !== 'baseOutputWidth' && field !== 'activation') check.equal(field, got[field], value);
  }
  const { kind, model } = modelFromCheckpoint(checkpoint);
  if (kind !== 'encoder') return check.holds('kind', false, `it is a ${kind}`);
  const tensors = vector.tensors();
  const batch = raggedBatch(under(tensors, 'in/'), { trim: false });
  const output = model.forward(batch.input, { nucleotides: true });
  const outputs: readonly (readonly [string, Float32Array | Float64Array, Uint32Array | undefined])[] = [
    ['embeddings', output.embeddings.toTypedArray() as Float32Array, undefined],
    ['sample_embeddings', output.asvEmbeddings.toTypedArray() as Float32Array, batch.slotRows],
    ['nuc_predictions', output.nucleotideLogits!.toTypedArray() as Float32Array, batch.tokenRows],
  ];
  for (const [name, values, rows] of outputs) {
    const stored = tensors.get(`out/${name}`)!;
    const expected = stored.toNumbers();
    const wanted = rows === undefined ? expected : pickRows(expected, rows, stored.shape.at(-1)!);
    check.close(`out/${name}`, values, wanted, tolerance('float32/output'));
  }
}

export const vectorSet: VectorSet = { folder: '11_checkpoints', cases };
