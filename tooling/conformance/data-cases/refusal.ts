// Checks that a call is refused with one of the expected errors. Shared by the cases of 08_data.
import type { Check } from '../check.js';

/** What an expected refusal must look like. */
export interface Refusal {
  readonly codes: readonly string[];
  /** Texts that the message must contain. */
  readonly naming?: readonly string[];
}

/** The call must throw an error with one of the codes whose message names everything asked for. */
export async function checkRefusal(call: () => unknown, { codes, naming = [] }: Refusal, check: Check): Promise<void> {
  let refusal: { code?: string; message?: string } | undefined;
  try {
    await call();
  } catch (error) {
    refusal = error as { code?: string; message?: string };
  }
  const found = refusal === undefined ? 'no error' : (refusal.code ?? String(refusal));
  check.holds('error', codes.includes(found), `got ${found}, want ${codes.join(' or ')}`);
  for (const text of naming) {
    check.holds(
      `error names ${text}`,
      refusal?.message?.includes(text) === true,
      `its message is: ${refusal?.message}`,
    );
  }
}
