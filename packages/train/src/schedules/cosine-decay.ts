// The falling half of a cosine, on which four schedules are built.

/** From 1 at progress 0 to 0 at progress 1, along half a cosine; periodic beyond. */
export function cosineDecay(progress: number): number {
  return (1 + Math.cos(Math.PI * progress)) / 2;
}
