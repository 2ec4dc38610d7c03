/** Instants in the fields of a form: a person reads and writes the time of Aktau, wherever the browser is. */
import { TIME_ZONE } from "./units";

const FORM = new Intl.DateTimeFormat("sv", { timeZone: TIME_ZONE, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
const OFFSET = "+05:00"; // all the year round, since 2004

/** As `<input type="datetime-local">` takes it: "2026-05-01T00:00". */
export const localOf = (instant: string) => FORM.format(new Date(instant)).replace(" ", "T");

export const instantOf = (local: string) => `${local.length === 16 ? `${local}:00` : local}${OFFSET}`;

/** The day of an instant: "2026-05-01". */
export const dayOf = (instant: string) => localOf(instant).slice(0, 10);
