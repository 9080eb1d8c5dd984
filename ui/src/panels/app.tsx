/** All panels, laid over the map. */

import type { Alert, Scope } from "../contracts";
import { BASEMAP_ATTRIBUTION } from "../map/basemap_style";
import { Alerts } from "./alerts";
import { Filters } from "./filters";
import { HookPanel } from "./hook_panel";
import { InjectForm, InjectMenu } from "./inject";
import { alignment, connection, picture, server_now_s } from "./state";
import { Strip } from "./strip";
import { TopBar } from "./top_bar";
import { TrackTable } from "./track_table";

export interface Actions {
  onScope(scope: Scope): void;
  onHook(trackNumber: number): void;
  onRelease(): void;
  onCentre(): void;
  onAlert(alert: Alert): void;
}

export function App(actions: Actions) {
  return (
    <>
      <TopBar onScope={actions.onScope} />
      <main class={connection.value.kind === "lost" ? "board stale" : "board"}>
        <div class="left">
          <Filters />
        </div>
        <div class="right">
          <HookPanel onRelease={actions.onRelease} onCentre={actions.onCentre} />
          <TrackTable onHook={actions.onHook} />
        </div>
        <div class="middle">
          <InjectForm />
          <Alerts onAlert={actions.onAlert} />
        </div>
        <Strip />
        <Lost />
        <InjectMenu />
        <p class="attribution">{BASEMAP_ATTRIBUTION}</p>
      </main>
    </>
  );
}

/** A picture that is no longer live must never be taken for one that is. */
function Lost() {
  const state = connection.value;
  const now = picture.value;
  if (state.kind === "live" && now !== null) return null;
  if (state.kind === "lost") {
    const lost_s = server_now_s.value - alignment.value.offset_s - state.since_s;
    return (
      <div class="alarm" role="alert" data-testid="connection-lost">
        <strong>Connection lost</strong>
        <span>
          {now === null ? "No picture yet" : "The picture is ageing"} · for {Math.max(0, Math.round(lost_s))}{" "}
          s · {state.reason} · trying again
        </span>
      </div>
    );
  }
  return (
    <div class="alarm waiting" role="status">
      <strong>{state.kind === "live" ? "Waiting for the first picture" : "Connecting"}</strong>
      <span>
        {state.kind === "live"
          ? "Connected; it comes when the first cycle closes"
          : "Asking the gateway for the stream"}
      </span>
    </div>
  );
}
