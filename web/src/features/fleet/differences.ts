/** Differences of several vehicles from one baseline, as a table: a row for each parameter, a column for each vehicle. */
import type { FleetComparison } from "../../api/types";
import { shortest } from "../../lib/parameter-values";

export interface DifferenceRow {
  name: string;
  /** Null where the baseline does not have it. */
  baseline: number | null;
  individual: boolean;
  /** By vehicle: what it has instead. Null: it lacks the parameter. Missing: as in the baseline. */
  values: ReadonlyMap<string, number | null>;
}

export function differenceRows(found: FleetComparison): DifferenceRow[] {
  const rows = new Map<string, DifferenceRow & { values: Map<string, number | null> }>();
  for (const { vehicle_id: id, comparison } of found.items) {
    for (const item of comparison?.items ?? []) {
      const row = rows.get(item.name) ?? { name: item.name, baseline: item.baseline, individual: item.individual, values: new Map<string, number | null>() };
      row.values.set(id, item.vehicle);
      row.individual &&= item.individual;
      rows.set(item.name, row);
    }
  }
  return [...rows.values()].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

/** With a row for each parameter; what equals the baseline is written out too, so that no cell has two meanings. */
export function asCsv(rows: readonly DifferenceRow[], vehicleIds: readonly string[]): string {
  const cell = (value: number | null | undefined) => (value === null || value === undefined ? "" : shortest(value));
  const lines = rows.map((row) => [row.name, cell(row.baseline), ...vehicleIds.map((id) => cell(row.values.has(id) ? row.values.get(id) : row.baseline))]);
  return [["parameter", "baseline", ...vehicleIds], ...lines].map((line) => line.join(",")).join("\r\n") + "\r\n";
}
