/** Texts in three languages from three typed dictionaries with equal keys, switched without a reload. */
import en from "../locales/en.json";
import kk from "../locales/kk.json";
import ru from "../locales/ru.json";

export type Language = "kk" | "ru" | "en";
export type TextKey = keyof typeof en;
type Entry = string | Partial<Record<Intl.LDMLPluralRule, string>>;
type Values = Record<string, string | number>;

export const LANGUAGES: { id: Language; name: string }[] = [
  { id: "kk", name: "Қазақша" },
  { id: "ru", name: "Русский" },
  { id: "en", name: "English" },
];

const DICTIONARIES: Record<Language, Record<string, Entry>> = { kk, ru, en };
const STORE_KEY = "sunqar.language";

class LanguageChoice {
  current = $state<Language>(firstChoice());

  choose(language: Language): void {
    this.current = language;
    if (typeof localStorage !== "undefined") localStorage.setItem(STORE_KEY, language);
  }
}

export const language = new LanguageChoice();

/** The text for `key`; `{name}` is replaced by `values.name`, and `values.n` picks the plural form. */
export function t(key: TextKey, values: Values = {}): string {
  return format(DICTIONARIES[language.current][key] ?? key, values, language.current);
}

/** The text for a key made at run time (a property name, a state), or null when the catalogue has none. */
export function maybe(key: string, values: Values = {}): string | null {
  const entry = DICTIONARIES[language.current][key];
  return entry === undefined ? null : format(entry, values, language.current);
}

/** The name in the chosen language out of name_kk, name_ru, name_en; falls back to any. */
export function localName(properties: Record<string, unknown>): string | null {
  const order = [language.current, "kk", "ru", "en"].map((code) => properties[`name_${code}`]);
  const name = [...order, properties.name].find((value) => typeof value === "string" && value !== "");
  return typeof name === "string" ? name : null;
}

function format(entry: Entry, values: Values, language: Language): string {
  const text = typeof entry === "string" ? entry : pickPlural(entry, values.n, language);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? value.toLocaleString(language === "kk" ? "ru" : language) : value;
  });
}

function pickPlural(entry: Exclude<Entry, string>, n: string | number | undefined, language: Language): string {
  const form = new Intl.PluralRules(language).select(Number(n ?? 0));
  return entry[form] ?? entry.other ?? "";
}

function firstChoice(): Language {
  const known = (code: string | null | undefined): code is Language => code === "kk" || code === "ru" || code === "en";
  const kept = typeof localStorage === "undefined" ? null : localStorage.getItem(STORE_KEY);
  if (known(kept)) return kept;
  const asked = typeof navigator === "undefined" ? [] : navigator.languages;
  return asked.map((code) => code.slice(0, 2)).find(known) ?? "en";
}
