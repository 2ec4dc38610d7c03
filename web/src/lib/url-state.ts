/** The part of the view that is ours in the URL's hash; the map keeps its own `map=` beside it. */

export function readHash(hash: string): Map<string, string> {
  const pairs = hash.replace(/^#/, "").split("&").filter(Boolean);
  return new Map(pairs.map((pair) => {
    const at = pair.indexOf("=");
    return at < 0 ? [pair, ""] : [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))];
  }));
}

/** The hash with `changes` made; null or "" removes a key. Slashes stay readable, as MapLibre writes its own part. */
export function changedHash(hash: string, changes: Record<string, string | null>): string {
  const values = readHash(hash);
  for (const [key, value] of Object.entries(changes)) {
    if (value) values.set(key, value);
    else values.delete(key);
  }
  const pairs = [...values].map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%2F", "/").replaceAll("%2C", ",")}`);
  return pairs.length ? `#${pairs.join("&")}` : "";
}

export function writeHash(changes: Record<string, string | null>): void {
  const hash = changedHash(window.location.hash, changes);
  window.history.replaceState(window.history.state, "", hash || window.location.pathname);
}
