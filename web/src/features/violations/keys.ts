/** What a key does on an officer's desk. Pure, so that the whole keyboard is one table. */
import type { RejectionReason, ReviewDecision } from "../../api/types";
import { REASONS } from "./review.svelte";

export type Deed =
  | { kind: "step"; by: 1 | -1 }
  | { kind: "take" }
  | { kind: "decide"; decision: ReviewDecision; reason: RejectionReason | null }
  | { kind: "rejecting"; open: boolean }
  | { kind: "note" }
  | { kind: "play" }
  | { kind: "still"; number: number }
  | { kind: "keys" }
  | { kind: "close" };

export interface Standing {
  hasCase: boolean;
  rejecting: boolean;
  /** The note has text: "other" needs it. */
  noted: boolean;
}

/** Letters count by their place on the keyboard too, so that it works with a Russian or Kazakh layout. */
export function deedOf(key: string, code: string, { hasCase, rejecting, noted }: Standing): Deed | null {
  const letter = /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? key.toLowerCase();
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (key === "?" || (code === "Slash" && key === ",")) return { kind: "keys" };
  if (letter === "j" || key === "ArrowDown") return { kind: "step", by: 1 };
  if (letter === "k" || key === "ArrowUp") return { kind: "step", by: -1 };
  if (!hasCase) return letter === "n" || key === "Enter" ? { kind: "take" } : null;
  if (key === "Escape") return rejecting ? { kind: "rejecting", open: false } : { kind: "close" };
  if (key === " ") return { kind: "play" };
  if (digit && rejecting) {
    const reason = REASONS[Number(digit) - 1];
    if (!reason) return null;
    return reason === "other" && !noted ? { kind: "note" } : { kind: "decide", decision: "reject", reason };
  }
  if (digit) return Number(digit) >= 1 && Number(digit) <= 3 ? { kind: "still", number: Number(digit) - 1 } : null;
  if (letter === "r") return { kind: "rejecting", open: !rejecting };
  if (rejecting) return letter === "t" ? { kind: "note" } : null;
  if (letter === "a") return { kind: "decide", decision: "accept", reason: null };
  if (letter === "u") return { kind: "decide", decision: "unclear", reason: null };
  return letter === "t" ? { kind: "note" } : null;
}
