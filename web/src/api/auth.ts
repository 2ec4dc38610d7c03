import { getJson, sendJson } from "./client";
import type { Token, User } from "./types";

export const signIn = (username: string, password: string) =>
  sendJson<Token>("POST", "/api/v1/auth/token", { form: { username, password } });

export const whoAmI = () => getJson<User>("/api/v1/auth/me");
