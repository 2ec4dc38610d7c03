/** A section of the selected vehicle's panel: features contribute them, `shell/vehicle-sections.ts` puts them in order. */
import type { Component } from "svelte";
import type { VehicleState } from "../api/types";
import type { TextKey } from "../lib/i18n.svelte";
import type { IconName } from "../ui/icons";
import type { Desk } from "./desk.svelte";

export interface SectionNote {
  text: string;
  tone: "plain" | "accent" | "ok" | "warn" | "danger";
}

export interface VehicleSection {
  /** Also its `data-testid`: `vehicle-section-<id>`. */
  id: string;
  icon: IconName;
  title: TextKey;
  /** Open until the person closes it; others start closed and are loaded when first opened. */
  open?: boolean;
  /** Left out for vehicles and people it does not concern. */
  shown?: (desk: Desk, state: VehicleState) => boolean;
  /** A few words beside the title, readable while it is closed. */
  note?: (desk: Desk, state: VehicleState) => SectionNote | null;
  /** A dynamic import, so that the first view does not carry what nobody has opened. */
  load: () => Promise<{ default: Component<{ desk: Desk; vehicle: VehicleState }> }>;
}
