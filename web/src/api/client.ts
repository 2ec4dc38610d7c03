/** One door to the server: bearer token, deadlines, and problem details (RFC 9457) turned into one error class. */

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

const DEADLINE_MS = 20_000;

let token: string | null = null;
let onUnauthorized: () => void = () => undefined;

export function useToken(value: string | null, whenRefused: () => void): void {
  token = value;
  onUnauthorized = whenRefused;
}

export function currentToken(): string | null {
  return token;
}

interface Options {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  json?: unknown;
  form?: Record<string, string>;
  multipart?: FormData;
  /** A file as it is. */
  body?: Blob;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** For answers that a vehicle's slow link holds up. */
  deadlineMs?: number;
}

export async function request(path: string, options: Options = {}): Promise<Response> {
  const headers = new Headers(options.headers);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  let body: BodyInit | null = options.body ?? null;
  if (options.form) body = new URLSearchParams(options.form);
  if (options.multipart) body = options.multipart;
  if (options.json !== undefined) {
    body = JSON.stringify(options.json);
    headers.set("Content-Type", "application/json");
  }
  const deadline = AbortSignal.timeout(options.deadlineMs ?? DEADLINE_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  let response: Response;
  try {
    response = await fetch(path, { method: options.method ?? "GET", headers, body, signal });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, deadline.aborted ? "timeout" : "unreachable", path);
  }
  if (response.ok) return response;
  if (response.status === 401 && token) onUnauthorized();
  throw await problem(response);
}

export async function getJson<T>(path: string, signal?: AbortSignal, deadlineMs = DEADLINE_MS): Promise<T> {
  return (await (await request(path, { signal, deadlineMs })).json()) as T;
}

export async function sendJson<T>(method: "POST" | "PUT" | "DELETE", path: string, options: Options = {}): Promise<T> {
  const response = await request(path, { ...options, method });
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

async function problem(response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as { code?: string; detail?: unknown; title?: string; hint?: string };
    const message = typeof body.detail === "string" ? body.detail : (body.title ?? response.statusText);
    return new ApiError(response.status, body.code ?? `http_${response.status}`, message, body.hint ?? null);
  } catch {
    return new ApiError(response.status, `http_${response.status}`, response.statusText);
  }
}
