import { inWords } from "./errors";

/**
 * Work a person has started and waits for: whether it is under way, why it failed in words, and an end to it before it is done.
 * A new run forgets the last failure.
 */
export class Task {
  busy = $state(false);
  failure = $state<string | null>(null);
  /** The person ended it. */
  cancelled = $state(false);
  #running: AbortController | null = null;

  async run(work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.busy = true;
    this.cancelled = false;
    this.failure = null;
    try {
      await work(running.signal);
    } catch (error) {
      if (!running.signal.aborted) this.failure = inWords(error);
    } finally {
      if (this.#running === running) this.busy = false;
    }
  }

  /** Ends what is under way; its failure is none. */
  cancel(): void {
    this.cancelled = this.busy;
    this.busy = false;
    this.#running?.abort();
    this.#running = null;
  }
}
