import { inWords } from "./errors";

/** Work a person has started and waits for: whether it is under way, and why it failed in words. A new run forgets the last failure. */
export class Task {
  busy = $state(false);
  failure = $state<string | null>(null);

  async run(work: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    this.failure = null;
    try {
      await work();
    } catch (error) {
      this.failure = inWords(error);
    } finally {
      this.busy = false;
    }
  }
}
