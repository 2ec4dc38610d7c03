/**
 * One hand-over of new data at a time, with a pause after the map has drawn it. A machine that draws slowly then falls
 * behind by an update instead of never finishing a picture.
 */
export function pacedUpdates(
  handOver: () => void,
  drawn: () => boolean,
  pauseMs: number,
  schedule: (run: () => void, afterMs: number) => unknown = setTimeout,
): () => void {
  let asked = false;
  let running = false;
  const settle = () => {
    if (!drawn()) schedule(settle, POLL_MS);
    else schedule(next, pauseMs);
  };
  const next = () => {
    running = asked;
    if (!asked) return;
    asked = false;
    handOver();
    schedule(settle, POLL_MS);
  };
  return () => {
    asked = true;
    if (running) return;
    running = true;
    schedule(next, 0);
  };
}

const POLL_MS = 16;
