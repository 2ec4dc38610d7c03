import { ApiError } from "../api/client";
import { language, maybe, t } from "./i18n.svelte";

/** One sentence a person can act on: the catalogue's by the code of the problem; in English, or without one, the server's own words. */
export function inWords(error: unknown): string {
  if (!(error instanceof ApiError)) return t("error.plain", { message: String(error) });
  if (error.code === "unreachable") return t("error.unreachable");
  if (error.code === "timeout") return t("error.timeout");
  const known = language.current === "en" ? null : maybe(`problem.${error.code}`);
  if (known) return known;
  return error.hint && !error.message.includes(error.hint) ? `${error.message} ${error.hint}` : error.message;
}
