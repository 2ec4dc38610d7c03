import { ApiError } from "../api/client";
import { t } from "./i18n.svelte";

/** One sentence a person can act on; the server's own words where it has any. */
export function inWords(error: unknown): string {
  if (!(error instanceof ApiError)) return t("error.plain", { message: String(error) });
  if (error.code === "unreachable") return t("error.unreachable");
  if (error.code === "timeout") return t("error.timeout");
  return error.hint && !error.message.includes(error.hint) ? `${error.message} ${error.hint}` : error.message;
}
