/** The few words beside the section's title: what wants a person's eye first. */
import type { OperatorState } from "../../api/types";
import type { SectionNote } from "../../desk/vehicle-section";
import { t } from "../../lib/i18n.svelte";

export function operatorNote(state: OperatorState | undefined): SectionNote | null {
  if (!state) return null;
  const { control, arm_authorisation: arming, remote_id: remote } = state;
  if (control.asked_by !== null) return { text: t("operator.note.asks", { id: control.asked_by }), tone: "warn" };
  if (arming.state === "denied") return { text: t("operator.note.denied"), tone: "danger" };
  if (remote.carried && remote.ready === false) return { text: t("operator.note.place"), tone: "warn" };
  if (control.ours) return { text: t("operator.note.ours"), tone: "ok" };
  if (control.controller !== null) return { text: t("operator.note.other", { id: control.controller }), tone: "accent" };
  return null;
}
