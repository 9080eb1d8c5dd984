/** What the page asks of the gateway besides the stream: health, a track's provenance, injects. */

import type { ClockCommand, InjectRequest, Scope } from "../contracts";

import { tokenOf } from "./token";

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

export function getHealth(scope: Scope): Promise<Json> {
  return ask(`api/v1/health?scope=${scope}`);
}

export function getTrack(trackNumber: number, scope: Scope): Promise<Json> {
  return ask(`api/v1/tracks/${trackNumber}?scope=${scope}`);
}

/** The reports that made a track in a cycle; none asks for the newest. */
export function getProvenance(trackNumber: number, scope: Scope, cycle: number | null): Promise<Json> {
  const ofCycle = cycle === null ? "" : `&cycle=${cycle}`;
  return ask(`api/v1/tracks/${trackNumber}/provenance?scope=${scope}${ofCycle}`);
}

export function postInject(request: InjectRequest): Promise<Json> {
  return post("api/v1/injects", request);
}

/** Ask the white cell's clock; the change itself comes over the stream. */
export function postClock(command: ClockCommand): Promise<Json> {
  return post("api/v1/clock", command);
}

function post(path: string, body: object): Promise<Json> {
  return ask(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function ask(path: string, init: RequestInit = {}): Promise<Json> {
  let response: Response;
  const token = tokenOf(window.location.hash);
  const headers = { ...init.headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  try {
    response = await fetch(path, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
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

/** What a refusal says: the `detail` of problem details (RFC 9457). */
function reasonOf(body: Json): string | null {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
  const { detail } = body as Readonly<Record<string, Json>>;
  return typeof detail === "string" ? detail : null;
}
