import { type TextKey, maybe } from "../../lib/i18n.svelte";

export const labelName = (label: string): string => maybe(`label.${label}`) ?? maybe(`kind.${label}`) ?? label;

export const KEPT: Record<string, TextKey> = {
  finding: "recordings.kept.finding",
  observation: "recordings.kept.observation",
  event: "recordings.kept.event",
  person: "recordings.kept.person",
};

/** Classes worth searching for, before anything was found. */
export const USUAL_LABELS = ["person", "car", "truck", "bus", "motorcycle", "bicycle", "excavator", "dump", "boat"] as const;
