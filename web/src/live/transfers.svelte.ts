/** Long work with vehicles: parameters, logs, uploads. The newest word on each; one that ended stays until the next of its name. */
import type { TransferUpdate } from "../api/types";
import type { TopicHub } from "./topics";

export class Transfers {
  all = $state.raw<ReadonlyMap<string, TransferUpdate>>(new Map());

  listen(hub: TopicHub): void {
    hub.subscribe("vehicle.transfer", (update) => {
      const known = [...this.all.values()].filter(
        (other) =>
          other.transfer_id !== update.transfer_id &&
          (other.state === "running" || other.vehicle_id !== update.vehicle_id || other.name !== update.name),
      );
      this.all = new Map([...known, update].map((transfer) => [transfer.transfer_id, transfer]));
    });
  }

  /** The running one of a vehicle by its name; `null` when there is none. */
  running(vehicleId: string, name: string): TransferUpdate | null {
    for (const transfer of this.all.values()) {
      if (transfer.vehicle_id === vehicleId && transfer.name === name && transfer.state === "running") return transfer;
    }
    return null;
  }

  /** How the last one of that name went. */
  last(vehicleId: string, name: string): TransferUpdate | null {
    return [...this.all.values()].filter((transfer) => transfer.vehicle_id === vehicleId && transfer.name === name).at(-1) ?? null;
  }
}
