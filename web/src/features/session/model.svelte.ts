/** Who is signed in. The token lives in sessionStorage: it survives a reload and goes with the tab. */
import { signIn, whoAmI } from "../../api/auth";
import { useToken } from "../../api/client";
import type { User } from "../../api/types";

const STORE_KEY = "sunqar.token";

class Session {
  user = $state.raw<User | null>(null);
  restoring = $state(true);
  expired = $state(false);

  get mayFly(): boolean {
    return this.user?.role === "pilot" || this.user?.role === "admin";
  }

  async restore(): Promise<void> {
    const kept = sessionStorage.getItem(STORE_KEY);
    try {
      if (!kept) return;
      this.#use(kept);
      this.user = await whoAmI();
    } catch {
      this.signOut();
    } finally {
      this.restoring = false;
    }
  }

  async signIn(name: string, password: string): Promise<void> {
    const answer = await signIn(name, password);
    sessionStorage.setItem(STORE_KEY, answer.access_token);
    this.#use(answer.access_token);
    this.expired = false;
    this.user = answer.user;
  }

  signOut(): void {
    sessionStorage.removeItem(STORE_KEY);
    this.user = null;
    useToken(null, () => undefined);
  }

  /** The server no longer accepts the token. */
  end(): void {
    if (this.user) this.expired = true;
    this.signOut();
  }

  #use(token: string): void {
    useToken(token, () => this.end());
  }
}

export const session = new Session();
