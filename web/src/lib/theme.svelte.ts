/** Dark at night, light in the sun; the choice is kept, at first the system's is taken. */
export type Theme = "dark" | "light";

const STORE_KEY = "sunqar.theme";

class ThemeChoice {
  current = $state<Theme>(firstChoice());

  toggle(): void {
    this.current = this.current === "dark" ? "light" : "dark";
    localStorage.setItem(STORE_KEY, this.current);
    this.apply();
  }

  apply(): void {
    document.documentElement.dataset.theme = this.current;
  }
}

export const theme = new ThemeChoice();

function firstChoice(): Theme {
  const kept = localStorage.getItem(STORE_KEY);
  if (kept === "dark" || kept === "light") return kept;
  return window.matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
}
