/** The station's MAVLink links, each as it was last told. One that was closed leaves; one nobody speaks of any more is the station's loss. */
import type { LinkStatus } from "../api/types";
import type { TopicHub } from "./topics";

export class Links {
  statuses = $state.raw<ReadonlyMap<string, LinkStatus>>(new Map());

  listen(hub: TopicHub): void {
    hub.subscribe("link.status", (status) => {
      const next = new Map(this.statuses);
      if (status.state === "closed") next.delete(status.url);
      else next.set(status.url, status);
      this.statuses = next;
    });
  }
}
