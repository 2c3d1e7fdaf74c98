/** Something done once, for all who ask: what is kept on disk is read the first time it is needed. */

/** The same promise for everybody; where it rejects, whoever asks next is another try. */
export function once(task: () => Promise<void>): () => Promise<void> {
  let under: Promise<void> | null = null;
  return () => {
    under ??= task().catch((error: unknown) => {
      under = null;
      throw error;
    });
    return under;
  };
}
