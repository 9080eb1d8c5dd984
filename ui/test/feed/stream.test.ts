import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FeedHandlers, openFeed } from "../../src/feed/stream";
import { frameBytes } from "../frames";

/** A socket that does what the test says and remembers what the page sent. */
class FakeSocket {
  static readonly OPEN = 1;
  static opened: FakeSocket[] = [];
  readyState = 0;
  binaryType = "";
  readonly sent: { type: string; reason?: string }[] = [];
  onopen: (() => void) | null = null;
  onclose: ((event: { reason: string; code: number }) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.opened.push(this);
  }

  accept(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  answerPing(): void {
    const ping = JSON.parse(JSON.stringify(this.sent.findLast(({ type }) => type === "ping")));
    const pong = { type: "pong", client_sent_s: ping.client_sent_s, server_received_s: 5, server_sent_s: 5 };
    this.onmessage?.({ data: JSON.stringify(pong) });
  }
}

function handlers() {
  return {
    onFrame: vi.fn<FeedHandlers["onFrame"]>(),
    onMessage: vi.fn<FeedHandlers["onMessage"]>(),
    onAlignment: vi.fn<FeedHandlers["onAlignment"]>(),
    onState: vi.fn<FeedHandlers["onState"]>(),
    onMalformed: vi.fn<FeedHandlers["onMalformed"]>(),
  };
}

const newest = (): FakeSocket => FakeSocket.opened[FakeSocket.opened.length - 1];
const url = (scope: string): string => `ws://here/${scope}`;

beforeEach(() => {
  FakeSocket.opened = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a frame is handed on", () => {
  const on = handlers();
  openFeed(url, "JPN", on);
  newest().accept();

  newest().onmessage?.({ data: frameBytes({ columns: { track_number: [7] } }) });

  expect(newest().url).toBe("ws://here/JPN");
  expect(on.onFrame.mock.calls[0][0].rows).toBe(1);
});

test("a malformed frame is counted and a snapshot asked for, and the next frame is taken", () => {
  const on = handlers();
  openFeed(url, "ALL", on);
  newest().accept();

  newest().onmessage?.({ data: new ArrayBuffer(40) });
  newest().onmessage?.({ data: frameBytes() });

  expect(on.onMalformed).toHaveBeenCalledOnce();
  expect(newest().sent.filter(({ type }) => type === "resync")).toHaveLength(1);
  expect(on.onFrame).toHaveBeenCalledOnce();
});

test("a storm of malformed frames asks for one snapshot, not for hundreds", () => {
  openFeed(url, "ALL", handlers());
  newest().accept();

  for (let k = 0; k < 200; k++) newest().onmessage?.({ data: "nonsense" });

  expect(newest().sent.filter(({ type }) => type === "resync")).toHaveLength(1);
});

test("a closed connection is lost and opened anew, later each time", () => {
  const on = handlers();
  openFeed(url, "ALL", on);
  newest().accept();

  newest().onclose?.({ reason: "", code: 1006 });
  vi.advanceTimersByTime(700);
  const soon = FakeSocket.opened.length;
  newest().onclose?.({ reason: "", code: 1006 });
  vi.advanceTimersByTime(700);

  expect(on.onState).toHaveBeenCalledWith(expect.objectContaining({ kind: "lost" }));
  expect([soon, FakeSocket.opened.length]).toEqual([2, 2]);
});

test("once the server is back the page is live again", () => {
  const on = handlers();
  openFeed(url, "ALL", on);
  newest().onclose?.({ reason: "", code: 1006 });
  vi.advanceTimersByTime(10_000);

  newest().accept();

  expect(on.onState).toHaveBeenLastCalledWith({ kind: "live" });
});

test("a connection that stays open but never answers is a lost one", () => {
  const on = handlers();
  openFeed(url, "ALL", on);
  newest().accept();

  vi.advanceTimersByTime(20_000);

  expect(on.onState).toHaveBeenCalledWith(
    expect.objectContaining({ kind: "lost", reason: "no answer from the server" }),
  );
});

test("answered pings keep it alive and align the clocks", () => {
  const on = handlers();
  openFeed(url, "ALL", on);
  newest().accept();

  for (let k = 0; k < 60; k++) {
    newest().answerPing();
    vi.advanceTimersByTime(1000);
  }

  expect(on.onState).toHaveBeenLastCalledWith({ kind: "live" });
  expect(on.onAlignment.mock.lastCall?.[0].error_s).toBeLessThan(1);
});

test("a feed that is closed stays closed", () => {
  const on = handlers();
  const feed = openFeed(url, "ALL", on);
  newest().accept();

  feed.close();
  vi.advanceTimersByTime(60_000);

  expect(FakeSocket.opened).toHaveLength(1);
});
