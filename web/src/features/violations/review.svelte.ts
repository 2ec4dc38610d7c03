/** An officer's desk: the queue, the one case before him, the next one as soon as he has decided. Lives as long as the desk. */
import { getQueue, putBack, sendDecision, takeNext } from "../../api/reviews";
import type { CaseView, RejectionReason, ReviewDecision, ReviewQueue } from "../../api/types";
import { ApiError } from "../../api/client";
import type { Desk } from "../../desk/desk.svelte";
import { inWords } from "../../lib/errors";
import { t } from "../../lib/i18n.svelte";
import { Task } from "../../lib/task.svelte";
import { geometryOf } from "./words";

export const REASONS: readonly RejectionReason[] = [
  "no_violation", "wrong_vehicle", "plate_unreadable", "special_vehicle", "scene_wrong", "measurement_doubtful", "picture_poor", "other",
];
/** A key struck twice must not decide on the case that has just come up. A rejection takes two different ones. */
const LEAST_LOOK_MS = 800;
const CASE_ZOOM = 18;

export class Review {
  readonly #desk: Desk;
  rule = $state<string | null>(null);
  queue = $state.raw<ReviewQueue>({ items: [], counts: {} });
  loaded = $state(false);
  failure = $state.raw<unknown>(null);
  case = $state.raw<CaseView | null>(null);
  /** The officer is choosing why he rejects. */
  rejecting = $state(false);
  note = $state("");
  keys = $state(false);
  decided = $state(0);
  last = $state.raw<{ decision: ReviewDecision; seconds: number } | null>(null);
  readonly task = new Task();
  #shownMs = 0;
  #asked: AbortController | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Open cases by rule. */
  get counts(): [rule: string, number: number][] {
    return Object.entries(this.queue.counts).map(([rule, number]) => [rule, Number(number)]);
  }

  get total(): number {
    return this.counts.reduce((sum, [, number]) => sum + number, 0);
  }

  async load(): Promise<void> {
    this.#asked?.abort();
    const asked = (this.#asked = new AbortController());
    try {
      const found = await getQueue(this.rule, asked.signal);
      if (asked.signal.aborted) return;
      this.queue = found;
      this.failure = null;
    } catch (error) {
      if (!asked.signal.aborted) this.failure = error;
    } finally {
      this.loaded = true;
    }
  }

  async choose(rule: string | null): Promise<void> {
    this.rule = rule;
    await this.load();
  }

  /** The next case, or the one named. */
  async take(id: string | null = null): Promise<void> {
    if (this.task.busy) return;
    await this.task.run(async () => {
      try {
        this.#show(await takeNext(id ? { violation_id: id } : this.rule ? { rule: this.rule } : {}));
      } catch (error) {
        if (id) await this.load();
        throw error;
      }
    });
  }

  /** Up and down the list from where he is. */
  async step(by: 1 | -1): Promise<void> {
    const ids = this.queue.items.map((item) => item.violation_id);
    const here = this.case ? ids.indexOf(this.case.violation_id) : -1;
    const next = ids[here < 0 ? 0 : here + by];
    if (next) await this.take(next);
  }

  async decide(decision: ReviewDecision, reason: RejectionReason | null = null): Promise<void> {
    const seen = this.case;
    const struckTwice = decision !== "reject" && performance.now() - this.#shownMs < LEAST_LOOK_MS;
    if (!seen || this.task.busy || struckTwice) return;
    await this.task.run(async () => {
      try {
        const written = await sendDecision(seen, decision, reason, this.note.trim());
        this.decided += 1;
        this.last = { decision, seconds: written.seconds_spent };
      } catch (error) {
        // Its time is over, or it is decided already: on to the next. A change is looked at again.
        if (!(error instanceof ApiError) || (error.status !== 409 && error.status !== 412)) throw error;
        this.#desk.notify("warning", error.status === 412 ? t("case.changed") : inWords(error));
      }
      this.#show(await takeNext(this.rule ? { rule: this.rule } : {}));
    });
    // The list comes after: keys on the next case do not wait for it.
    void this.load();
  }

  /** Leaves the case to the others. */
  async close(): Promise<void> {
    const seen = this.case;
    this.#show(null);
    if (!seen) return;
    await putBack(seen.look_id).catch(() => undefined); // its time runs out in any case
    await this.load();
  }

  #show(next: CaseView | null): void {
    this.case = next;
    this.rejecting = false;
    this.note = "";
    this.#shownMs = performance.now();
    if (!next) {
      this.#desk.showCase(null);
      if (this.#desk.selection?.kind === "violation") this.#desk.select(null);
      return;
    }
    this.#desk.showCase({ id: next.violation_id, place: next.position, accuracyM: next.accuracy_m, broke: geometryOf(next.broke) });
    this.#desk.select({ kind: "violation", id: next.violation_id });
    if (next.position) this.#desk.flyTo(next.position, CASE_ZOOM);
  }
}
