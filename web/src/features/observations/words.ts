import { maybe } from "../../lib/i18n.svelte";
import type { Finding } from "../../live/findings.svelte";

/** The label in words: known classes from the catalogue, others as the model calls them. */
export function nameOf(finding: Finding): string {
  return maybe(`label.${finding.label}`) ?? maybe(`kind.${finding.label}`) ?? finding.label;
}
