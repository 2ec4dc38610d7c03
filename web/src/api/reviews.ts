/** Officers' review of violations, and their hand-over. */
import { getJson, request, sendJson } from "./client";
import type { CaseView, DecisionView, HandoverList, HandoverView, NextCase, RejectionReason, ReviewDecision, ReviewFigures, ReviewList, ReviewQueue } from "./types";

const ROOT = "/api/v1/reviews";
const violation = (id: string, rest: string) => `/api/v1/violations/${encodeURIComponent(id)}/${rest}`;

export interface Wanted {
  rule?: string | null;
  violation_id?: string | null;
}

export function getQueue(rule: string | null, signal?: AbortSignal): Promise<ReviewQueue> {
  return getJson<ReviewQueue>(`${ROOT}/queue${rule ? `?${new URLSearchParams({ rule })}` : ""}`, signal);
}

export const takeNext = async (wanted: Wanted, signal?: AbortSignal): Promise<CaseView | null> =>
  (await sendJson<NextCase>("POST", `${ROOT}/next`, { json: wanted, signal })).case;

export const putBack = (lookId: string): Promise<unknown> => sendJson("DELETE", `${ROOT}/looks/${encodeURIComponent(lookId)}`);

export const sendDecision = (seen: CaseView, decision: ReviewDecision, reason: RejectionReason | null, note: string) =>
  sendJson<DecisionView>("POST", violation(seen.violation_id, "reviews"), {
    json: { look_id: seen.look_id, decision, reason, note },
    headers: { "If-Match": `"${seen.revision}"` },
  });

export const listReviews = (id: string, signal?: AbortSignal) => getJson<ReviewList>(violation(id, "reviews"), signal);
export const reviewFigures = (days: number, signal?: AbortSignal) => getJson<ReviewFigures>(`${ROOT}/figures?days=${days}`, signal);

export const handOver = (id: string) => sendJson<HandoverView>("POST", violation(id, "handover"));
export const handoversOf = (id: string, signal?: AbortSignal) => getJson<HandoverList>(violation(id, "handover"), signal);
export const listHandovers = (signal?: AbortSignal) => getJson<HandoverList>("/api/v1/handovers?limit=100", signal);

export const handoverFile = async (ids: readonly string[], recipient: string): Promise<Blob> =>
  (await request("/api/v1/handovers/file", { method: "POST", json: { violation_ids: ids, recipient } })).blob();
