/** Sections below a selected vehicle's controls, in the order shown. To add one: a component in a feature, one entry here. */
import type { VehicleSection } from "../../desk/vehicle-section";

export const VEHICLE_SECTIONS: readonly VehicleSection[] = [
  { id: "messages", icon: "info", title: "vehicle.messages", open: true, load: () => import("../vehicles/Messages.svelte") },
];
