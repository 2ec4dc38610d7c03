/** Who commands a vehicle, and what became of each command. Nothing is shown as done before the vehicle shows it. */
import type { CommandName, CommandParameters, CommandState, CommandUpdate, FleetCommandView, Lease, LeaseChange, LeaseState } from "../api/types";
import {
  askForLease,
  cancelCommand,
  confirm,
  getCommand,
  grantLease,
  refuseLease,
  releaseLease,
  sendCommand,
  takeLease,
  takeOverLease,
  withdrawLeaseRequest,
} from "../api/vehicles";
import { inWords } from "../lib/errors";
import { t } from "../lib/i18n.svelte";
import { now } from "../lib/now.svelte";
import type { TopicHub } from "./topics";

/** Leases run 60 s; renewing at a third leaves room for two lost tries. */
const RENEW_EVERY_MS = 20_000;
const POLL_EVERY_MS = 2_000;
/** The server accepts these without a confirmation token: they make things safer or move nothing. */
const WITHOUT_CONFIRMATION: ReadonlySet<CommandName> = new Set(["hold", "rtl", "pause_mission", "change_speed", "upload_mission", "calibrate"]);

export interface CommandView {
  commandId: string | null;
  command: CommandName;
  state: CommandState | "asking";
  text: string | null;
  progress: number | null;
  /** The vehicle's own acknowledgement in words, where the command waits for more than one. */
  result: string | null;
  changedMs: number;
  by: string | null;
}

export class Control {
  leases = $state.raw<ReadonlyMap<string, Lease>>(new Map());
  mine = $state.raw<ReadonlySet<string>>(new Set());
  /** The newest command of each vehicle. */
  commands = $state.raw<ReadonlyMap<string, CommandView>>(new Map());
  readonly #userName: string;
  readonly #onLeaseLost: (vehicleId: string) => void;
  readonly #onLeaseNews: (vehicleId: string, change: LeaseChange) => void;
  readonly #finished = new Set<(vehicleId: string, update: CommandUpdate) => void>();
  #renewal: ReturnType<typeof setInterval> | undefined;

  constructor(
    userName: string,
    onLeaseLost: (vehicleId: string) => void,
    onLeaseNews: (vehicleId: string, change: LeaseChange) => void,
  ) {
    this.#userName = userName;
    this.#onLeaseLost = onLeaseLost;
    this.#onLeaseNews = onLeaseNews;
  }

  listen(hub: TopicHub): void {
    hub.subscribe("command.update", (update) => this.#heard(update));
    hub.subscribe("vehicle.lease", (lease) => this.#heardLease(lease));
  }

  /** Called when a command has ended, done or failed. */
  onFinished(listener: (vehicleId: string, update: CommandUpdate) => void): () => void {
    this.#finished.add(listener);
    return () => this.#finished.delete(listener);
  }

  noteLease(vehicleId: string, lease: Lease | null | undefined): void {
    const next = new Map(this.leases);
    if (lease) next.set(vehicleId, lease);
    else next.delete(vehicleId);
    this.leases = next;
  }

  holder(vehicleId: string): string | null {
    const lease = this.leases.get(vehicleId);
    return lease && Date.parse(lease.expires_at) > now.ms ? lease.holder : null;
  }

  /** Who waits for the holder's answer, while the request is open. */
  asked(vehicleId: string): LeaseState["asked"] {
    const asked = this.leases.get(vehicleId)?.asked;
    return asked && Date.parse(asked.expires_at) > now.ms ? asked : null;
  }

  leftS(vehicleId: string): number {
    const lease = this.leases.get(vehicleId);
    return lease ? Math.max(0, (Date.parse(lease.expires_at) - now.ms) / 1000) : 0;
  }

  async take(vehicleId: string): Promise<void> {
    this.noteLease(vehicleId, await takeLease(vehicleId));
    this.#keep(vehicleId);
  }

  async ask(vehicleId: string, reason: string): Promise<void> {
    this.#heardLease(await askForLease(vehicleId, reason));
  }

  async withdraw(vehicleId: string): Promise<void> {
    await withdrawLeaseRequest(vehicleId);
  }

  async grant(vehicleId: string): Promise<void> {
    this.#stopRenewing(vehicleId);
    this.#heardLease(await grantLease(vehicleId));
  }

  async refuse(vehicleId: string, reason: string): Promise<void> {
    this.#heardLease(await refuseLease(vehicleId, reason));
  }

  async takeOver(vehicleId: string, reason: string): Promise<void> {
    const lease = await takeOverLease(vehicleId, reason);
    this.#keep(vehicleId);
    this.#heardLease(lease);
  }

  async release(vehicleId: string): Promise<void> {
    this.#forget(vehicleId);
    await releaseLease(vehicleId);
  }

  /** Gives back everything, at sign-out. */
  async releaseAll(): Promise<void> {
    await Promise.allSettled([...this.mine].map((id) => this.release(id)));
    clearInterval(this.#renewal);
    this.#renewal = undefined;
  }

  /** Sends a command the person has confirmed; a dangerous one gets its confirmation token first. */
  async send(vehicleId: string, command: CommandName, parameters: CommandParameters = {}): Promise<void> {
    this.#show(vehicleId, { commandId: null, command, state: "asking", text: null, progress: null, result: null, by: null });
    try {
      const token = WITHOUT_CONFIRMATION.has(command)
        ? undefined
        : (await confirm(vehicleId, command, parameters)).confirmation_token;
      const update = await sendCommand(vehicleId, command, parameters, token);
      this.#heard(update);
      if (!ended(update.state)) this.#poll(vehicleId, update.command_id);
    } catch (error) {
      this.#show(vehicleId, { commandId: null, command, state: "failed", text: inWords(error), progress: null, result: null, by: null });
    }
  }

  /** Ends an upload or a calibration half-way; what became of it comes as an update, like any other. */
  async cancel(vehicleId: string): Promise<void> {
    const view = this.commands.get(vehicleId);
    if (view?.commandId) await cancelCommand(vehicleId, view.commandId);
  }

  /** One request about several vehicles: a line for each, as sent or as refused. Nothing was sent when it throws. */
  async sendMany(ids: readonly string[], command: CommandName, ask: () => Promise<FleetCommandView>): Promise<void> {
    const blank = { commandId: null, command, text: null, progress: null, result: null, by: null };
    for (const id of ids) this.#show(id, { ...blank, state: "asking" });
    try {
      for (const row of (await ask()).items) {
        if (!row.update) {
          this.#show(row.vehicle_id, { ...blank, state: "failed", text: row.refusal?.message ?? null });
          continue;
        }
        this.#heard(row.update);
        if (!ended(row.update.state)) this.#poll(row.vehicle_id, row.update.command_id);
      }
    } catch (error) {
      for (const id of ids) this.#show(id, { ...blank, state: "failed", text: t("fleet.notSent") });
      throw error;
    }
  }

  #heardLease(state: LeaseState): void {
    const { vehicle_id: id, holder, expires_at: expires, asked, change } = state;
    this.noteLease(id, holder && expires ? { holder, expires_at: expires, asked } : null);
    const me = this.#userName;
    if (this.mine.has(id) && holder !== me) this.#stopRenewing(id);
    // Handed over to this person: from now on this page keeps it, as if it had taken it.
    if (holder === me && change?.kind === "granted" && change.by !== me) this.#keep(id);
    if (change && change.by !== me && (change.to === me || change.of === me || (change.kind === "asked" && holder === me))) {
      this.#onLeaseNews(id, change);
    }
  }

  #keep(vehicleId: string): void {
    this.mine = new Set([...this.mine, vehicleId]);
    this.#renewal ??= setInterval(() => void this.#renew(), RENEW_EVERY_MS);
  }

  #heard(update: CommandUpdate): void {
    const known = this.commands.get(update.vehicle_id);
    const same = known?.commandId === update.command_id;
    if (same && known && ended(known.state)) return;
    if (known && !same && known.state !== "asking" && Date.parse(update.at) < known.changedMs - 5000) return;
    this.#show(update.vehicle_id, {
      commandId: update.command_id,
      command: update.command,
      state: update.state,
      text: update.reason ?? update.effect,
      progress: update.progress,
      result: update.result,
      by: update.requested_by,
    });
    if (ended(update.state)) for (const listener of this.#finished) listener(update.vehicle_id, update);
  }

  /** The live socket may be down just then, so an unfinished command is also asked after. */
  #poll(vehicleId: string, commandId: string): void {
    setTimeout(async () => {
      const view = this.commands.get(vehicleId);
      if (view?.commandId !== commandId || ended(view.state)) return;
      try {
        const update = await getCommand(vehicleId, commandId);
        if (update.state !== view.state || update.progress !== view.progress) this.#heard(update);
      } catch {
        // The next round asks again; the screen shows how long nothing was heard.
      }
      this.#poll(vehicleId, commandId);
    }, POLL_EVERY_MS);
  }

  #show(vehicleId: string, view: Omit<CommandView, "changedMs">): void {
    this.commands = new Map(this.commands).set(vehicleId, { ...view, changedMs: Date.now() });
  }

  async #renew(): Promise<void> {
    for (const id of this.mine) {
      try {
        this.noteLease(id, { ...(await takeLease(id)), asked: this.asked(id) });
      } catch {
        const lease = this.leases.get(id);
        if (lease && Date.parse(lease.expires_at) > Date.now()) continue;
        this.#forget(id);
        this.#onLeaseLost(id);
      }
    }
  }

  #stopRenewing(vehicleId: string): void {
    const mine = new Set(this.mine);
    mine.delete(vehicleId);
    this.mine = mine;
  }

  #forget(vehicleId: string): void {
    this.#stopRenewing(vehicleId);
    this.noteLease(vehicleId, null);
  }
}

export function ended(state: CommandView["state"]): boolean {
  return state === "done" || state === "failed";
}
