/** Rules on one source: which are on, and what the source is worth for each. */
import { getJson, sendJson } from "./client";
import type { SourceRuleList, SourceRuleView } from "./types";

const at = (source: string) => `/api/v1/video-sources/${encodeURIComponent(source)}/rules`;

export const listSourceRules = (source: string, signal?: AbortSignal) => getJson<SourceRuleList>(at(source), signal);

/** Its hours and whom it does not concern stay as they are. */
export const switchSourceRule = (source: string, { rule, schedule, excluded }: SourceRuleView, enabled: boolean) =>
  sendJson<SourceRuleView>("PUT", `${at(source)}/${encodeURIComponent(rule)}`, { json: { enabled, schedule, excluded } });
