/** Operator control, arm authorisation and remote identification of each vehicle, as told last. */
import { setRemoteOperator } from "../api/operator";
import type { LonLat, OperatorState } from "../api/types";
import { perFrame } from "./per-frame";
import type { TopicHub } from "./topics";

export class Operators {
  states = $state.raw<ReadonlyMap<string, OperatorState>>(new Map());
  readonly #heard = new Map<string, OperatorState>();
  readonly #publish = perFrame(() => (this.states = new Map(this.#heard)));

  listen(hub: TopicHub): void {
    hub.subscribe("vehicle.operator", (state) => this.note(state));
  }

  note(state: OperatorState): void {
    this.#heard.set(state.vehicle_id, state);
    this.#publish();
  }

  /** Whether it carries a transmitter that wants to know where its operator stands. */
  identifies(vehicleId: string): boolean {
    return this.states.get(vehicleId)?.remote_id.carried ?? false;
  }

  /** Moves the operator; who it is stays as it was. */
  async stand(vehicleId: string, place: LonLat): Promise<void> {
    const known = this.states.get(vehicleId)?.remote_id.operator;
    this.note(await setRemoteOperator(vehicleId, place, known ? { operator_id: known.operator_id, purpose: known.purpose } : {}));
  }
}
