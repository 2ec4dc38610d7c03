/** Numbers of parameters as people write them: the shortest text that means the same 32-bit float; comma or point. */

export function shortest(value: number): string {
  if (Number.isInteger(value)) return String(value);
  for (let digits = 1; digits < 10; digits += 1) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === Math.fround(value)) return text;
  }
  return String(value);
}

/** `null` for what is no number. */
export function parsed(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  const value = Number(plain);
  return plain && Number.isFinite(value) ? value : null;
}
