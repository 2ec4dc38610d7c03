import type { CertificateBody, SourceEvent, SourceStatus } from "../../api/types";
import { maybe, t } from "../../lib/i18n.svelte";

const TONES = { starting: "accent", running: "ok", no_model: "warn", unreachable: "danger", ended: "plain" } as const;

export function stateTone(state: SourceStatus["state"]) {
  return TONES[state];
}

/** The state in words; of a source that is away the cause, which says more. */
export function stateWords(status: SourceStatus): string {
  return status.state === "unreachable" && status.cause ? t(`source.cause.${status.cause}`) : t(`source.${status.state}`);
}

/** The cause or trouble of an event in words. */
export function whatWords(event: Pick<SourceEvent, "what" | "text">): string {
  return maybe(`source.cause.${event.what}`) ?? maybe(`source.trouble.${event.what}`) ?? event.text;
}

/** An address with the account written into it, as cameras are opened. */
export function withAccount(url: string, user: string, password: string): string {
  if (!user || !url.includes("://")) return url;
  const [scheme, rest] = url.split("://", 2) as [string, string];
  return `${scheme}://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${rest}`;
}

/** An id out of a name: its small Latin letters and digits, and something of its own. */
export function sourceIdOf(name: string, now: number): string {
  const latin = name.toLowerCase().normalize("NFKD").replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "").slice(0, 40);
  return `${latin || "camera"}-${now.toString(36).slice(-5)}`;
}

export function certificateState({ valid_from, valid_to }: CertificateBody, nowMs: number): "in_force" | "not_yet" | "expired" {
  if (Date.parse(valid_to) <= nowMs) return "expired";
  return Date.parse(valid_from) <= nowMs ? "in_force" : "not_yet";
}
