// How well hidden bases are guessed over a set of samples: every distinct ASV once, always with the same bases hidden, so
// that the number means the same in every epoch and however samples are batched.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AsvInput, drawMaskedPositions, type SequenceEncoder } from '@seq/model';
import { noGrad, tidy } from '@seq/tensor';
import { nucleotideHits, nucleotideLoss } from '../losses/nucleotide-loss.js';
import { takeAsvs } from './asv-embeddings.js';

/** Training updates count from 1, so step 0 of the masking stream belongs to evaluation. */
const EVALUATION_STEP = 0;
const CHUNK = 256;

/** Options of {@link NucleotideEvaluation}. */
export interface NucleotideEvaluationOptions {
  /** Seed of the hidden positions. */
  readonly seed: number;
}

/** Loss and accuracy over hidden bases. */
export class NucleotideEvaluation {
  readonly #encoder: SequenceEncoder;
  readonly #seed: number;
  readonly #seen = new Set<number>();
  #loss = 0;
  #weight = 0;
  #hits = 0;
  #positions = 0;

  constructor(encoder: SequenceEncoder, { seed }: NucleotideEvaluationOptions) {
    this.#encoder = encoder;
    this.#seed = seed;
  }

  /** Takes in the ASVs that it has not seen yet; lets other work in between chunks. */
  async add(asvs: AsvInput): Promise<void> {
    const unseen = Array.from(asvs.asvIds.keys()).filter((i) => !this.#seen.has(asvs.asvIds[i]!));
    for (let start = 0; start < unseen.length; start += CHUNK) {
      this.#score(takeAsvs(asvs, unseen.slice(start, start + CHUNK)));
      await nextTurn();
    }
  }

  /** Mean cross-entropy per position that counts; 0 if there is none. */
  get loss(): number {
    return this.#weight === 0 ? 0 : this.#loss / this.#weight;
  }

  /** Share of right guesses; 0 if nothing was to be guessed. */
  get accuracy(): number {
    return this.#positions === 0 ? 0 : this.#hits / this.#positions;
  }

  #score(asvs: AsvInput): void {
    const { masking } = this.#encoder.config;
    const random = { seed: this.#seed, step: EVALUATION_STEP };
    const maskedPositions = masking.fraction > 0 ? drawMaskedPositions(asvs, { ...masking, ...random }) : undefined;
    const counted = asvs.asvTokens.filter((token, i) => token > 0 && (maskedPositions?.[i] ?? 1) === 1).length;
    tidy(() =>
      noGrad(() => {
        const mask = maskedPositions === undefined ? {} : { maskedPositions };
        const { nucleotideLogits } = this.#encoder.encodeAsvs(asvs, { nucleotides: true, ...mask });
        if (nucleotideLogits === undefined) throw new Error('assert: the encoder has no nucleotide head');
        this.#loss += nucleotideLoss(nucleotideLogits, asvs.asvTokens, { maskedPositions }).item() * counted;
        const { hits, positions } = nucleotideHits(nucleotideLogits, asvs.asvTokens, { maskedPositions });
        this.#weight += counted;
        this.#hits += hits;
        this.#positions += positions;
      }),
    );
    for (const id of asvs.asvIds) this.#seen.add(id);
  }
}
