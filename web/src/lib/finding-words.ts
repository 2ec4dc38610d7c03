/** What a check says of a plan, in the chosen language: its code names the sentence, its values fill it. */
import type { Finding } from "../api/types";
import { maybe } from "./i18n.svelte";

/** What the server wrote where this catalogue has no sentence, or the finding lacks a value of it. */
export function findingText({ code, values = {}, message }: Pick<Finding, "code" | "values" | "message">): string {
  const form = values.form ? `.${values.form}` : "";
  const named = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, word(name, value, values)]));
  const text = maybe(`remark.${code}${form}`, named);
  return text === null || /\{\w+\}/.test(text) ? message : text;
}

/** Names of things in a sentence are codes themselves: "hole" 2 is "Hole 2". */
function word(name: string, value: string | number, values: Record<string, string | number>): string | number {
  if (typeof value !== "string") return value;
  if (name === "member") return maybe(`member.${value.split(".").at(-1)}`) ?? value;
  return value.split(", ").map((part) => maybe(`remark.${name}.${part}`, values) ?? part).join(", ");
}
