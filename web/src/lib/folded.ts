/** Kazakh letters and the Russian ones people type in their stead. */
const PLAIN: Record<string, string> = { ә: "а", ғ: "г", қ: "к", ң: "н", ө: "о", ұ: "у", ү: "у", һ: "х", і: "и", ё: "е", й: "и", ы: "и" };

/** A text to search in or for, whatever letters it is typed with. */
export function folded(text: string): string {
  return [...text.toLowerCase()].map((letter) => PLAIN[letter] ?? letter).join("");
}
