/** Missions being carried out, each as it was last told. */
import { listRuns } from "../api/runs";
import type { MissionRunState, RunSlotState } from "../api/types";
import type { TopicHub } from "./topics";

export class Runs {
  all = $state.raw<readonly MissionRunState[]>([]);
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  listen(hub: TopicHub): void {
    hub.subscribe("mission.run", (run) => this.put(run));
  }

  async load(): Promise<void> {
    this.all = (await listRuns()).items;
    this.#changed();
  }

  put(run: MissionRunState): void {
    const known = this.all.findIndex((other) => other.run_id === run.run_id);
    this.all = known < 0 ? [run, ...this.all] : this.all.with(known, run);
    this.#changed();
  }

  /** The newest run this mission takes part in: as it was approved, or as what is left of it. */
  of(missionId: string): MissionRunState | null {
    const about = this.all.filter((run) => run.slots.some((slot) => slot.mission_id === missionId || slot.flying_id === missionId));
    return about.find((run) => !isOver(run.state)) ?? about[0] ?? null;
  }

  /** Slots somebody has to look at on the map: those of runs that have not ended. */
  get open(): RunSlotState[] {
    return this.all.filter((run) => !isOver(run.state)).flatMap((run) => run.slots);
  }
}

export function isOver(state: MissionRunState["state"]): boolean {
  return state === "finished" || state === "aborted";
}
