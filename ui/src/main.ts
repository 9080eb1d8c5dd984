/** The page: feed → picture → layers and panels, put together in one place. */

import "@fontsource/inter/latin-400.css";
import "@fontsource/inter/latin-600.css";
import "@fontsource/jetbrains-mono/latin-400.css";
import "@fontsource/jetbrains-mono/latin-600.css";
import "./page.css";
import { effect } from "@preact/signals";
import { h, render } from "preact";
import { SCOPES, type Scope, type ServerMessage } from "./contracts";
import { addPresenter, type Presentation } from "./feed/presentation";
import type { Frame } from "./feed/protocol";
import { getHealth, RequestFailed } from "./feed/requests";
import { browserNowS, type Feed, openFeed } from "./feed/stream";
import { tokenOf } from "./feed/token";
import { addStage } from "./layers/stage";
import { addFlatView } from "./map/flat_view";
import { addView, placeAt, type View } from "./map/view";
import { App } from "./panels/app";
import { followHook } from "./panels/hook_panel";
import { closeInject, mayInject, openAtMiddle, setMiddle } from "./panels/inject";
import * as state from "./panels/state";
import { followWhy } from "./panels/why";
import { exerciseTimeS } from "./picture/exercise_time";
import { extentOf } from "./picture/extent";
import { type History, NO_HISTORY, remember } from "./picture/history";
import { sensorToGlass } from "./picture/lag";
import { apply, type Picture, rowOf } from "./picture/picture";
import { addTestHook } from "./test_hook";

const HEALTH_EVERY_MS = 5000;
const BARS_MAX = 120;
const INJECTS_MAX = 50;
/** Dead-reckoned positions are redrawn this often; without a GPU a redraw is dear, so seldom. */
const AHEAD_EVERY_S = { hardware: 1, software: 6 } as const;

const mapElement = element("map");
const panelsElement = element("panels");
const view = openView(mapElement);

let picture: Picture | null = null;
let history: History = NO_HISTORY;
/** What is known of the newest frame until it has been presented. */
let arrived: { frame: Frame; decoded_at_s: number } | null = null;
let lastAhead_s = 0;
/** The exercise whose tracks the map was fitted to; afterwards where it looks is the user's choice. */
let fitted: string | null = null;
let feed: Feed | null = null;

const stage = addStage(mapElement, view.camera, onDrawn);
const presenter = addPresenter(document.body, onPresented);
stage.setAhead(aheadS);

function serverNowS(): number {
  return browserNowS() + state.alignment.peek().offset_s;
}

/** Exercise seconds since the picture's validity; tracks are shown where they should be by now. */
function aheadS(): number {
  const clock = state.clock.peek();
  if (picture === null || clock === null) return 0;
  const ahead_s = exerciseTimeS(clock, serverNowS()) - picture.valid_at_s;
  // Beyond five minutes nobody knows where a track is; it stays where it was last reckoned.
  return Math.min(300, Math.max(0, ahead_s));
}

function connect(scope: Scope): void {
  feed?.close();
  state.scope.value = scope;
  state.picture.value = null;
  state.bars.value = [];
  state.shown.value = null;
  picture = null;
  history = NO_HISTORY;
  stage.setPicture(null, history);
  feed = openFeed(streamUrl, scope, {
    onFrame,
    onMessage,
    onAlignment: (alignment) => {
      state.alignment.value = alignment;
    },
    onState: (next) => {
      state.connection.value = next;
      if (next.kind === "lost") state.server_now_s.value = serverNowS();
    },
    onMalformed: () => {
      state.malformed.value++;
    },
  });
}

function onFrame(frame: Frame, decoded_at_s: number): void {
  const result = apply(picture, frame);
  if (result.outcome === "gap") {
    state.malformed.value++;
    feed?.resync(result.reason);
    return;
  }
  picture = result.picture;
  history = remember(history, picture);
  arrived = { frame, decoded_at_s };
  if (picture.clock !== null) takeClock(picture.clock);
  if (fitted !== picture.exercise) fitTo(picture);
  stage.setPicture(picture, history);
}

/** Once per exercise, show where its tracks are. */
function fitTo(seen: Picture): void {
  const extent = extentOf(seen);
  if (extent === null) return;
  fitted = seen.exercise;
  view.fit(
    { lat_deg: extent.south_deg, lon_deg: extent.west_deg },
    { lat_deg: extent.north_deg, lon_deg: extent.east_deg },
  );
}

/** In the frame that drew: first the beacon, and when the map is out of the way the panels. */
function onDrawn(drawn: Picture): void {
  presenter.drawn(drawn.seq);
  window.setTimeout(() => {
    if (picture !== drawn) return;
    state.server_now_s.value = serverNowS();
    state.picture.value = drawn;
    addBar(drawn);
  }, 0);
}

function addBar(drawn: Picture): void {
  const rows = arrived?.frame.rows ?? 0;
  const worst = (["critical", "warning", "info"] as const).find((severity) =>
    drawn.alerts.some((alert) => alert.severity === severity && alert.raised_at_s > drawn.valid_from_s),
  );
  const bar = {
    cycle: drawn.cycle,
    valid_at_s: drawn.valid_at_s,
    rows,
    tracks: drawn.columns.track_number.length,
    worst: worst ?? null,
  };
  state.bars.value = [...state.bars.value.filter(({ cycle }) => cycle < drawn.cycle), bar].slice(-BARS_MAX);
}

function onPresented(presentation: Presentation): void {
  if (arrived === null || picture === null || presentation.seq !== arrived.frame.seq) return;
  const { frame, decoded_at_s } = arrived;
  const { offset_s, error_s } = state.alignment.peek();
  const presented_at_s = presentation.presented_at_s + offset_s;
  const clock = state.clock.peek();
  // The first frame after joining is a picture that waited in the gateway; its lag is not the platform's.
  const waited = frame.seq === 1;
  state.shown.value = {
    seq: frame.seq,
    cycle: frame.cycle,
    presented_at_s,
    tick_to_glass_s: waited ? null : presented_at_s - frame.due_at_s,
    decode_to_glass_s: presentation.presented_at_s - decoded_at_s,
    lag: waited || clock === null ? null : sensorToGlass(picture, clock, presented_at_s),
    estimated: presentation.estimated,
    bytes: frame.bytes,
    type: frame.type,
  };
  // Without one exchange of stamps the times cannot be told in the server's clock.
  if (!Number.isFinite(error_s)) return;
  feed?.send({
    type: "presented",
    seq: frame.seq,
    cycle: frame.cycle,
    decoded_at_s: decoded_at_s + offset_s,
    drawn_at_s: presentation.drawn_at_s + offset_s,
    presented_at_s,
    clock_error_s: error_s,
    estimated: presentation.estimated,
    tracks: frame.tracks,
  });
}

function onMessage(message: ServerMessage): void {
  switch (message.type) {
    case "hello":
      state.exercise.value = message.exercise;
      state.scopes.value = message.scopes;
      break;
    case "clock":
      takeClock(message.clock);
      stage.invalidate();
      break;
    case "inject":
      state.injects.value = [message.inject, ...state.injects.value].slice(0, INJECTS_MAX);
      break;
    case "pong":
    case "bye":
      break;
    case "error":
      // The server did not understand us: our fault, and seen in the same counter.
      state.malformed.value++;
      break;
    default:
      message satisfies never;
  }
}

function takeClock(clock: NonNullable<Picture["clock"]>): void {
  const known = state.clock.peek();
  if (known === null || known.exercise !== clock.exercise || clock.revision >= known.revision)
    state.clock.value = clock;
}

function hook(trackNumber: number | null): void {
  state.hooked.value = trackNumber;
}

function centreOn(trackNumber: number): void {
  if (picture === null) return;
  const row = rowOf(picture.columns.track_number, trackNumber);
  if (row >= 0) view.goTo({ lat_deg: picture.columns.lat_deg[row], lon_deg: picture.columns.lon_deg[row] });
}

/** Hook from a list: the map follows when the track is out of sight. */
function hookFromList(trackNumber: number): void {
  hook(trackNumber);
  if (picture === null) return;
  const place = stage.placeOf(rowOf(picture.columns.track_number, trackNumber));
  if (place !== null && !isOpen(place)) centreOn(trackNumber);
}

/** Whether a place of the map can be seen: on the screen, and not under a panel. */
function isOpen(place: { readonly x: number; readonly y: number }): boolean {
  const box = mapElement.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + place.x, box.top + place.y);
  return top !== null && mapElement.contains(top);
}

function trackAt(x_px: number, y_px: number): number | null {
  const row = stage.pick(x_px, y_px);
  return row < 0 || picture === null ? null : picture.columns.track_number[row];
}

view.onPaint(stage.follow);
view.onPointer((kind, place) => {
  switch (kind) {
    case "click":
      state.menu.value = null;
      hook(trackAt(place.x_px, place.y_px));
      break;
    case "menu": {
      if (!mayInject()) break;
      const box = mapElement.getBoundingClientRect();
      const trackNumber = trackAt(place.x_px, place.y_px);
      state.menu.value = { ...place, x_px: place.x_px + box.left, y_px: place.y_px + box.top, trackNumber };
      break;
    }
    case "move": {
      const row = stage.pick(place.x_px, place.y_px);
      stage.setHover(row);
      view.setCursor(row >= 0 ? "pointer" : "");
      break;
    }
    case "leave":
      stage.setHover(-1);
      break;
    default:
      kind satisfies never;
  }
});
setMiddle(() => {
  const camera = view.camera();
  const [x_px, y_px] = [camera.width_px / 2, camera.height_px / 2];
  return { x_px, y_px, trackNumber: state.hooked.peek(), ...placeAt(camera, x_px, y_px) };
});

window.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    if (state.menu.peek() !== null || state.injectAt.peek() !== null) closeInject();
    else hook(null);
  }
  // Letters act only while the map has the focus, so that they never surprise someone who types.
  if (!mapElement.contains(document.activeElement) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "i") openAtMiddle();
  if (event.key === "c" && state.hooked.peek() !== null) centreOn(state.hooked.peek() as number);
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector<HTMLInputElement>("[data-testid=track-search]")?.focus();
  }
});
document.addEventListener("pointerdown", (event) => {
  const inside = event.target instanceof Element && event.target.closest(".menu") !== null;
  if (!inside && state.menu.peek() !== null) state.menu.value = null;
});

effect(() => {
  stage.setChoices({ filter: state.filter.value, layers: state.layers.value, hooked: state.hooked.value });
});

render(
  h(App, {
    onScope: connect,
    onHook: hookFromList,
    onRelease: () => hook(null),
    onCentre: () => {
      if (state.hooked.peek() !== null) centreOn(state.hooked.peek() as number);
    },
    onAlert: (alert) => {
      if (alert.track_number != null) hook(alert.track_number);
      if (alert.lat_deg != null && alert.lon_deg != null)
        view.goTo({ lat_deg: alert.lat_deg, lon_deg: alert.lon_deg });
      else if (alert.track_number != null) centreOn(alert.track_number);
    },
  }),
  panelsElement,
);
followHook();
followWhy();
everySecond();
void pollHealth();
// Labels are drawn on a canvas, which does not wait for fonts by itself.
void document.fonts.ready.then(stage.invalidate);
connect(askedScope());
addTestHook({ stage, picture: () => picture });

/** Clocks tick, ages grow, and now and then dead reckoning moves the tracks: even when nothing comes. */
function everySecond(): void {
  state.server_now_s.value = serverNowS();
  const ahead_s = aheadS();
  const every_s = stage.surface.software ? AHEAD_EVERY_S.software : AHEAD_EVERY_S.hardware;
  const due_in_s = (picture?.next_due_at_s ?? Number.NaN) - serverNowS();
  // Not in the last second before a picture: its own drawing must not wait behind ours.
  if (Math.abs(ahead_s - lastAhead_s) >= every_s && !(due_in_s > -1 && due_in_s < 1)) {
    lastAhead_s = ahead_s;
    stage.invalidate();
  }
  window.setTimeout(everySecond, 1000 - (Date.now() % 1000));
}

async function pollHealth(): Promise<void> {
  try {
    state.health.value = { at_s: serverNowS(), body: await getHealth(state.scope.peek()) };
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    state.health.value = { error: error.message };
  }
  window.setTimeout(() => void pollHealth(), HEALTH_EVERY_MS);
}

function streamUrl(scope: Scope): string {
  const url = new URL(`api/v1/stream?scope=${scope}`, document.baseURI);
  const token = tokenOf(window.location.hash);
  // A browser cannot give a websocket a header.
  if (token !== null) url.searchParams.set("token", token);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

function askedScope(): Scope {
  const asked = new URLSearchParams(window.location.search).get("scope");
  return SCOPES.find((scope) => scope === asked) ?? "ALL";
}

function openView(container: HTMLElement): View {
  try {
    return addView(container);
  } catch {
    // No WebGL2: MapLibre says so by throwing. The flat map needs none.
    container.replaceChildren();
    return addFlatView(container);
  }
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`wanted an element with id ${id} in index.html, got none`);
  return found;
}
