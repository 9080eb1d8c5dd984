/** What the page asks of the gateway besides the stream: health, a track's provenance, injects. */

import type { InjectRequest, Scope } from "../contracts";

/** JSON of which only the fields that are there are shown. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** The gateway refused, failed or did not answer; the message is for people. */
export class RequestFailed extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "RequestFailed";
  }
}

const TIMEOUT_MS = 8000;

export function getHealth(): Promise<Json> {
  return ask("api/v1/health");
}

export function getTrack(trackNumber: number, scope: Scope): Promise<Json> {
  return ask(`api/v1/tracks/${trackNumber}?scope=${encodeURIComponent(scope)}`);
}

export function postInject(request: InjectRequest): Promise<Json> {
  return ask("api/v1/injects", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
}

async function ask(path: string, init: RequestInit = {}): Promise<Json> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new RequestFailed(
      0,
      error instanceof Error && error.name === "TimeoutError" ? "no answer in time" : "no connection",
    );
  }
  const body = (await response.json().catch(() => null)) as Json;
  if (!response.ok) throw new RequestFailed(response.status, reasonOf(body) ?? `HTTP ${response.status}`);
  return body;
}

/** What a refusal says: our own `reason`, or FastAPI's `detail` with the field that is wrong. */
function reasonOf(body: Json): string | null {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
  const fields = body as Readonly<Record<string, Json>>;
  const said = fields.reason ?? fields.detail;
  if (typeof said === "string") return said;
  if (Array.isArray(said)) {
    return said
      .map((item: Json) => {
        const { loc, msg } = (item ?? {}) as { loc?: readonly Json[]; msg?: Json };
        return `${(loc ?? []).slice(1).join(".")}: ${String(msg)}`;
      })
      .join("; ");
  }
  return said == null ? null : JSON.stringify(said);
}
