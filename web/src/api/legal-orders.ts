/** Legal orders, by which signs, limits and markings hold; certificates of measuring devices. */
import { getJson, sendJson } from "./client";
import type { CertificateBody, CertificateList, LegalOrder, LegalOrderSetup, Page, Revocation } from "./types";

const ROOT = "/api/v1/legal-orders";
const at = (id: string, rest = "") => `${ROOT}/${encodeURIComponent(id)}${rest}`;
const certificates = (source: string) => `/api/v1/video-sources/${encodeURIComponent(source)}/certificates`;
/** The state that a change is based on; "0": there is none yet. */
const basedOn = (order: LegalOrder | null) => ({ "If-Match": `"${order?.updated_at ?? "0"}"` });

export async function listOrders(signal?: AbortSignal): Promise<LegalOrder[]> {
  const all: LegalOrder[] = [];
  let cursor: string | null = null;
  do {
    const query: URLSearchParams = new URLSearchParams({ limit: "500", ...(cursor ? { cursor } : {}) });
    const page: Page<LegalOrder> = await getJson(`${ROOT}?${query}`, signal);
    all.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return all;
}

/** `before`: what is corrected; null enters a new one. */
export const putOrder = (id: string, setup: LegalOrderSetup, before: LegalOrder | null) =>
  sendJson<LegalOrder>("PUT", at(id), { json: setup, headers: basedOn(before) });

/** `voidFrom` null: it never held. */
export const revokeOrder = (order: LegalOrder, why: string, voidFrom: string | null) =>
  sendJson<Revocation>("POST", at(order.id, "/revoke"), { json: { why, void_from: voidFrom }, headers: basedOn(order) });

export const listCertificates = (source: string, signal?: AbortSignal) => getJson<CertificateList>(certificates(source), signal);
export const addCertificate = (source: string, certificate: CertificateBody) =>
  sendJson<CertificateBody>("POST", certificates(source), { json: certificate });
