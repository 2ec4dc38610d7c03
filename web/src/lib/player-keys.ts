/** Keys of a player under the map: they work wherever the focus is, but never while somebody types or where the key means something else. */
export function playerKeys(event: KeyboardEvent, bar: string, keysOf: (long: boolean) => Record<string, () => void>): void {
  const target = event.target as HTMLElement;
  const typing = target.matches("input:not([type=range]), textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const chosen = keysOf(event.shiftKey)[event.key];
  // A focused button elsewhere keeps its own space bar, a focused list its arrows.
  const elsewhere = target.matches("button, a, [role=tab]") && !target.closest(bar);
  if (!chosen || (elsewhere && event.key !== "Escape")) return;
  event.preventDefault();
  event.stopPropagation();
  chosen();
}
