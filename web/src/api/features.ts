import { getJson } from "./client";
import type { FeaturePage } from "./types";

const PAGE_LIMIT = 5000;
const MAX_PAGES = 10;

/** All features of one layer, page by page; `maxPages` bounds what one browser is asked to draw. */
export async function loadFeatures(path: string, query: Record<string, string> = {}, maxPages = MAX_PAGES): Promise<FeaturePage> {
  const all: FeaturePage = { type: "FeatureCollection", features: [] };
  let cursor: string | null | undefined = null;
  for (let page = 0; page < maxPages; page += 1) {
    const params: URLSearchParams = new URLSearchParams({ limit: String(PAGE_LIMIT), ...query, ...(cursor ? { cursor } : {}) });
    const part: FeaturePage = await getJson<FeaturePage>(`/api/v1/${path}?${params}`);
    all.features.push(...part.features);
    cursor = part.next_cursor;
    if (!cursor) break;
  }
  return all;
}
