/** Missions one plan gave, one a flight: in the list they stand under the name of the plan. */
import type { Mission } from "../api/types";
import { t } from "./i18n.svelte";

export interface MissionGroup {
  id: string;
  name: string;
  /** In the order they are flown. */
  missions: Mission[];
}

/** The list with each group once, where the newest of it stands. */
export function grouped(missions: readonly Mission[]): (Mission | MissionGroup)[] {
  const groups = new Map<string, Mission[]>();
  for (const mission of missions) {
    if (mission.group_id) groups.set(mission.group_id, [...(groups.get(mission.group_id) ?? []), mission]);
  }
  return missions.flatMap((mission): (Mission | MissionGroup)[] => {
    const members = mission.group_id ? (groups.get(mission.group_id) ?? []) : [];
    if (members.length < 2) return [mission];
    return members[0] === mission ? [{ id: mission.group_id ?? mission.id, name: planName(members), missions: inOrder(members) }] : [];
  });
}

export const inOrder = (members: readonly Mission[]) => [...members].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));

/** What the names of all begin with, up to a comma. */
function planName(members: readonly Mission[]): string {
  const names = members.map((mission) => mission.name.split(", "));
  const [first = []] = names;
  const shared = first.findIndex((part, n) => names.some((name) => name[n] !== part));
  return first.slice(0, shared === -1 ? undefined : Math.max(shared, 1)).join(", ");
}

/** What a mission is called beside the others of its plan: its vehicle, the number of its flight. */
export function nameInGroup(mission: Mission, members: readonly Mission[]): string {
  const own = mission.name.slice(planName(members).length).replace(/^, /, "");
  return own.replace(/flight (\d+) of \d+$/, (_, number: string) => t("plan.sortie.n", { number: Number(number) })) || mission.name;
}
