/** Values a person can go back and forth between. Every change is one step; a step after going back forgets what was ahead. */
export class History<T> {
  readonly #limit: number;
  #steps: T[];
  #at = 0;

  constructor(first: T, limit = 200) {
    this.#steps = [first];
    this.#limit = limit;
  }

  get current(): T {
    return this.#steps[this.#at] as T;
  }

  get canUndo(): boolean {
    return this.#at > 0;
  }

  get canRedo(): boolean {
    return this.#at < this.#steps.length - 1;
  }

  push(next: T): void {
    this.#steps = [...this.#steps.slice(0, this.#at + 1), next].slice(-this.#limit);
    this.#at = this.#steps.length - 1;
  }

  undo(): T {
    this.#at = Math.max(0, this.#at - 1);
    return this.current;
  }

  redo(): T {
    this.#at = Math.min(this.#steps.length - 1, this.#at + 1);
    return this.current;
  }
}
