/** The cycle of a signal as it is filled in: green begins at an instant, by the clock of Aktau, and again after red. */

export interface Cycle {
  green_s: number;
  yellow_s: number;
  red_s: number;
  offset_s?: number;
  /** Without it the cycle is that of a film's own time. */
  since?: string;
}

export const FIRST_CYCLE: Cycle = { green_s: 30, yellow_s: 3, red_s: 30 };

export function cycleIn(properties: Record<string, unknown>): Cycle | null {
  const { schedule } = properties;
  return schedule !== null && typeof schedule === "object" ? { ...FIRST_CYCLE, ...schedule } : null;
}

const ZONE = "Asia/Aqtau";
const OFFSET = "+05:00";

/** As a field of date and time takes it; empty for what is no instant. */
export function clockText(since: string | undefined): string {
  const at = new Date(since ?? "");
  if (Number.isNaN(at.getTime())) return "";
  return at.toLocaleString("sv-SE", { timeZone: ZONE }).replace(" ", "T");
}

/** "2026-05-01T12:00" of such a field as an instant; undefined when it was emptied. */
export function instantOf(text: string): string | undefined {
  if (!text) return undefined;
  return `${text.length === 16 ? `${text}:00` : text}${OFFSET}`;
}
