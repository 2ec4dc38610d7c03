/** Saved missions, shared by the editor, the map and the vehicles that fly them. */
import { getMission, listMissions } from "../api/missions";
import type { LonLat, Mission } from "../api/types";

export class Missions {
  all = $state.raw<readonly Mission[]>([]);
  failure = $state.raw<unknown>(null);
  loaded = $state(false);
  readonly #asked = new Set<string>();

  async load(): Promise<void> {
    try {
      this.all = (await listMissions()).items;
      this.failure = null;
    } catch (error) {
      this.failure = error;
    } finally {
      this.loaded = true;
    }
  }

  get(id: string | null | undefined): Mission | null {
    return this.all.find((mission) => mission.id === id) ?? null;
  }

  /** What is the same as before stays the very object, so that nothing that watches it begins anew. */
  put(mission: Mission): void {
    if (JSON.stringify(mission) === JSON.stringify(this.get(mission.id))) return;
    const others = this.all.filter((known) => known.id !== mission.id);
    this.all = [mission, ...others].sort((a, b) => b.created_at.localeCompare(a.created_at));
  }

  drop(id: string): void {
    this.all = this.all.filter((mission) => mission.id !== id);
  }

  async refresh(id: string): Promise<void> {
    this.put(await getMission(id));
  }

  /** Fetches once a mission some vehicle says it carries, when it is not in the list. */
  wanted(id: string): void {
    if (this.get(id) || this.#asked.has(id)) return;
    this.#asked.add(id);
    this.refresh(id).catch(() => undefined);
  }
}

export function pathOf(mission: Mission): LonLat[] {
  return (mission.path?.coordinates ?? []).map(([lon, lat]) => [lon ?? 0, lat ?? 0]);
}
