/** The docks, each as it was last told. */
import { listDocks } from "../api/docks";
import type { DockStatus } from "../api/types";
import type { TopicHub } from "./topics";

export class Docks {
  all = $state.raw<readonly DockStatus[]>([]);
  failure = $state.raw<unknown>(null);
  loaded = $state(false);
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  listen(hub: TopicHub): void {
    hub.subscribe("dock.status", (status) => this.put(status));
  }

  async load(): Promise<void> {
    try {
      this.all = (await listDocks()).items;
      this.failure = null;
    } catch (error) {
      this.failure = error;
    } finally {
      this.loaded = true;
      this.#changed();
    }
  }

  put(status: DockStatus): void {
    const others = this.all.filter((known) => known.dock_id !== status.dock_id);
    this.all = [...others, status].sort((a, b) => a.name.localeCompare(b.name));
    this.#changed();
  }

  drop(id: string): void {
    this.all = this.all.filter((known) => known.dock_id !== id);
    this.#changed();
  }
}
