/** Health of the video sources as `watch` and `video` report it. */
import type { SourceEvent, SourceStatus } from "../api/types";
import type { TopicHub } from "./topics";

export class Sources {
  statuses = $state.raw<ReadonlyMap<string, SourceStatus>>(new Map());

  /** The newest event of each source, of those that came while we listened. */
  newest = $state.raw<ReadonlyMap<string, SourceEvent>>(new Map());

  listen(hub: TopicHub): void {
    hub.subscribe("source.status", (status) => {
      if (status.process === "watch") this.statuses = new Map(this.statuses).set(status.source_id, status);
    });
    hub.subscribe("source.event", (event) => (this.newest = new Map(this.newest).set(event.source_id, event)));
  }

  get withoutModel(): SourceStatus | null {
    return [...this.statuses.values()].find((status) => status.state === "no_model") ?? null;
  }
}
