/** Where the station's RTK corrections come from, as told last; null while it has no source. */
import type { RtkStatus } from "../api/types";
import type { TopicHub } from "./topics";

export class Rtk {
  status = $state.raw<RtkStatus | null>(null);

  listen(hub: TopicHub): void {
    hub.subscribe("rtk.status", (status) => (this.status = status));
  }
}
