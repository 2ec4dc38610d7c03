/** Hands a file to the browser to keep. */
const TAKEN_AFTER_MS = 10_000;

export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser takes it after this turn.
  setTimeout(() => URL.revokeObjectURL(address), TAKEN_AFTER_MS);
}

/** A name as every file system takes it. */
export const fileName = (name: string, suffix: string) => `${name.replaceAll(/[^\p{L}\p{N}.-]+/gu, "-")}.${suffix}`;
