/** Sections below a selected vehicle's controls, in the order shown. To add one: a component in a feature, one entry here. */
import { operatorNote } from "../operator/note";
import type { VehicleSection } from "../../desk/vehicle-section";

export const VEHICLE_SECTIONS: readonly VehicleSection[] = [
  {
    id: "preflight",
    icon: "check",
    title: "preflight.title",
    open: true,
    shown: (desk, vehicle) => desk.mayFly && !vehicle.flying,
    load: () => import("../safety/Preflight.svelte"),
  },
  { id: "messages", icon: "info", title: "vehicle.messages", open: true, load: () => import("../vehicles/Messages.svelte") },
  {
    id: "modes",
    icon: "layers",
    title: "modes.title",
    shown: (desk) => desk.mayFly,
    load: () => import("../vehicles/Modes.svelte"),
  },
  {
    id: "operator",
    icon: "user",
    title: "operator.title",
    shown: (desk, vehicle) => desk.operators.states.has(vehicle.vehicle_id),
    note: (desk, vehicle) => operatorNote(desk.operators.states.get(vehicle.vehicle_id)),
    load: () => import("../operator/Operator.svelte"),
  },
  {
    id: "calibration",
    icon: "compass",
    title: "calibration.title",
    shown: (desk, vehicle) => desk.mayFly && !vehicle.armed,
    load: () => import("../vehicles/Calibration.svelte"),
  },
  {
    id: "batteries",
    icon: "power",
    title: "batteries.title",
    shown: (_, vehicle) => vehicle.batteries.length > 0,
    load: () => import("../payload/Batteries.svelte"),
  },
  {
    id: "energy",
    icon: "route",
    title: "energy.title",
    shown: (desk, vehicle) => desk.mayFly && vehicle.vehicle_type !== "plane",
    load: () => import("../vehicles/Energy.svelte"),
  },
  {
    id: "payload",
    icon: "camera",
    title: "payload.title",
    shown: (desk, vehicle) => desk.payload.carries(vehicle.vehicle_id),
    load: () => import("../payload/Payload.svelte"),
  },
  { id: "rtk", icon: "target", title: "rtk.title", shown: (desk) => desk.rtk.status !== null, load: () => import("../payload/Corrections.svelte") },
  { id: "onboard", icon: "polygon", title: "onboard.title", load: () => import("../onboard/Onboard.svelte") },
  { id: "parameters", icon: "layers", title: "params.title", load: () => import("../parameters/Parameters.svelte") },
  { id: "logs", icon: "download", title: "logs.title", load: () => import("../logs/Logs.svelte") },
];
