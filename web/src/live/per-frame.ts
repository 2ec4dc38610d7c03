/** Runs `work` at most once per animation frame, however often it is asked for. */
export function perFrame(work: () => void, schedule: (run: () => void) => unknown = requestAnimationFrame): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    schedule(() => {
      asked = false;
      work();
    });
  };
}
