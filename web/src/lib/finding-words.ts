/** What a check says of a plan, in the chosen language: its code names the sentence, its values fill it. */
import type { ProposalView } from "../api/schema";
import { maybe } from "./i18n.svelte";
import { date } from "./units";

/** Numbers and names. */
type Values = Record<string, string | number>;

/** What the server wrote where this catalogue has no sentence, or the finding lacks a value of it. */
export function findingText({ code, message, ...said }: { code: string; message: string; values?: Record<string, unknown> }): string {
  const values = (said.values ?? {}) as Values;
  const form = values.form ? `.${values.form}` : "";
  const named = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, word(name, value, values)]));
  const text = maybe(`remark.${code}${form}`, named);
  return text === null || /\{\w+\}/.test(text) ? message : text;
}

/** Why a mission was proposed; what a person wrote stays as it is. */
export const reasonText = ({ code, values, reason }: ProposalView) => findingText({ code: code ?? "", values, message: reason });

/** Names of things in a sentence are codes themselves: "hole" 2 is "Hole 2". */
function word(name: string, value: string | number, values: Values): string | number {
  if (typeof value !== "string") return value;
  if (name === "date") return date(value);
  if (name === "member") return maybe(`member.${value.split(".").at(-1)}`) ?? value;
  return value.split(", ").map((part) => maybe(`remark.${name}.${part}`, values) ?? part).join(", ");
}
