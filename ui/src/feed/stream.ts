/**
 * The websocket: connects, reconnects with backoff, aligns clocks, and hands on what was read.
 *
 * A frame that cannot be read is counted and a snapshot asked for; the connection lives on. A silent
 * connection is a lost one: no answer to a ping for long enough, and it is opened anew.
 */

import type { BrowserMessage, Scope, ServerMessage } from "../contracts";
import { type Alignment, align, UNALIGNED } from "./alignment";
import { encodeControl, type Frame, MalformedMessage, parseControl, parseFrame } from "./protocol";

export interface FeedHandlers {
  onFrame(frame: Frame, decoded_at_s: number): void;
  onMessage(message: ServerMessage): void;
  onAlignment(alignment: Alignment): void;
  onState(state: FeedState): void;
  onMalformed(reason: string): void;
}

export type FeedState =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "lost"; readonly since_s: number; readonly reason: string };

export interface Feed {
  send(message: BrowserMessage): void;
  resync(reason: string): void;
  close(): void;
}

const BACKOFF_FIRST_S = 0.5;
const BACKOFF_LAST_S = 5;
/** Often enough that a dead connection is noticed within twenty seconds, whatever the server asks for at most. */
const PING_S_MAX = 5;
/** The first exchanges follow quickly, so that the clock error is small when the first frame is shown. */
const QUICK_PINGS = 5;
const QUICK_PING_S = 0.25;
/** So long without any answer to pings, and the connection is taken for lost. */
const SILENT_S_MAX = 15;
/** A resync that is not answered is asked for again, but not in a storm. */
const RESYNC_SPACING_S = 2;

/** Browser time, seconds since 1970; from the monotonic clock, so that it never jumps under us. */
export function browserNowS(): number {
  return (performance.timeOrigin + performance.now()) / 1000;
}

export function openFeed(url: (scope: Scope) => string, scope: Scope, handlers: FeedHandlers): Feed {
  const decoder = new TextDecoder("utf-8", { fatal: false });
  let socket: WebSocket | null = null;
  let backoff_s = BACKOFF_FIRST_S;
  let alignment: Alignment = UNALIGNED;
  let closed = false;
  let lostSince_s: number | null = null;
  let timer = 0;
  let pingTimer = 0;
  let answered_s = 0;
  let pings = 0;
  let ping_s = PING_S_MAX;
  let resyncAsked_s = Number.NEGATIVE_INFINITY;

  const send = (message: BrowserMessage): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(encodeControl(message));
  };

  const resync = (reason: string): void => {
    const now_s = browserNowS();
    if (now_s - resyncAsked_s < RESYNC_SPACING_S) return;
    resyncAsked_s = now_s;
    send({ type: "resync", reason: reason.slice(0, 200) });
  };

  const ping = (): void => {
    if (browserNowS() - answered_s > SILENT_S_MAX) {
      drop("no answer from the server");
      return;
    }
    pings++;
    send({ type: "ping", client_sent_s: browserNowS() });
    pingTimer = setTimeout(ping, 1000 * (pings < QUICK_PINGS ? QUICK_PING_S : ping_s));
  };

  const take = (message: ServerMessage, received_s: number): void => {
    if (message.type === "pong") {
      answered_s = received_s;
      alignment = align(alignment, { ...message, client_received_s: received_s });
      handlers.onAlignment(alignment);
    } else if (message.type === "hello") {
      ping_s = Math.min(PING_S_MAX, Math.max(1, message.ping_s));
    }
    handlers.onMessage(message);
  };

  const onMessage = (event: MessageEvent<unknown>): void => {
    const received_s = browserNowS();
    try {
      if (typeof event.data === "string") {
        take(parseControl(event.data), received_s);
      } else if (event.data instanceof ArrayBuffer) {
        const frame = parseFrame(event.data, (bytes) => decoder.decode(bytes));
        handlers.onFrame(frame, browserNowS());
      }
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      handlers.onMalformed(error.message);
      resync(`malformed: ${error.message}`);
    }
  };

  const drop = (reason: string): void => {
    const old = socket;
    socket = null;
    if (old !== null) {
      old.onopen = old.onclose = old.onerror = old.onmessage = null;
      old.close();
    }
    clearTimeout(pingTimer);
    clearTimeout(timer);
    if (closed) return;
    lostSince_s ??= browserNowS();
    handlers.onState({ kind: "lost", since_s: lostSince_s, reason });
    // Spread over half the wait, so that many browsers do not come back in the same instant.
    timer = setTimeout(connect, 1000 * backoff_s * (0.75 + 0.5 * Math.random()));
    backoff_s = Math.min(BACKOFF_LAST_S, 2 * backoff_s);
  };

  const connect = (): void => {
    const fresh = new WebSocket(url(scope));
    fresh.binaryType = "arraybuffer";
    socket = fresh;
    pings = 0;
    // An open that never ends is a lost connection, too.
    timer = setTimeout(() => drop("the server does not answer"), 10_000);
    fresh.onopen = () => {
      clearTimeout(timer);
      backoff_s = BACKOFF_FIRST_S;
      lostSince_s = null;
      answered_s = browserNowS();
      // The server may be another one now, with another clock.
      alignment = UNALIGNED;
      handlers.onState({ kind: "live" });
      ping();
    };
    fresh.onmessage = onMessage;
    fresh.onclose = (event) => drop(event.reason || `the connection closed (${event.code})`);
  };

  handlers.onState({ kind: "connecting" });
  connect();
  return {
    send,
    resync,
    close() {
      closed = true;
      drop("closed");
    },
  };
}
