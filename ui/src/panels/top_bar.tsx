/** The top bar: what this is, how current it is, how late it was, and what time it is in the exercise. */

import type { ComponentChildren } from "preact";
import type { Scope } from "../contracts";
import { bytesText, countText, dtgText, durationText, labelText, zuluText } from "../picture/words";
import { InjectButton } from "./inject";
import {
  alignment,
  clock,
  connection,
  exercise,
  exercise_now_s,
  picture,
  scope,
  scopes,
  shown,
} from "./state";

export function TopBar({ onScope }: { onScope: (scope: Scope) => void }) {
  return (
    <header class="top-bar" data-testid="top-bar">
      <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="9.5" />
        <circle cx="12" cy="12" r="4.5" />
        <path d="M12 12 18.5 5.5" />
      </svg>
      <h1>Common operational picture</h1>
      <p class="banner" data-testid="banner">
        <strong>Exercise</strong>
        <strong>Simulated data</strong>
      </p>
      <ScopeSelect onScope={onScope} />
      <PictureLabel />
      <span class="spring" />
      <InjectButton />
      <Numbers />
      <State />
      <ZuluClock />
    </header>
  );
}

function ScopeSelect({ onScope }: { onScope: (scope: Scope) => void }) {
  return (
    <label class="scope">
      <span class="caption">Scope</span>
      <select
        data-testid="scope-select"
        value={scope.value}
        onChange={(event) => onScope(event.currentTarget.value as Scope)}
      >
        {scopes.value.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function PictureLabel() {
  const label = picture.value?.label;
  if (label === undefined) return null;
  const text = labelText(label.classification, label.releasable_to, label.caveats);
  return (
    <span
      class={`label class-${label.classification}`}
      title={`Label of this picture: ${text}`}
      data-testid="picture-label"
    >
      {text}
    </span>
  );
}

function Numbers() {
  const now = shown.value;
  const lag = now?.lag ?? null;
  const estimated = now?.estimated ? " est." : "";
  const sample = lag === null ? "" : ` ${countText(lag.samples)} samples of the newest cycle.`;
  const how = now?.estimated
    ? "Estimated: this browser does not say when it presented a frame."
    : "Measured to the presented frame (element timing).";
  return (
    <dl class="numbers">
      <Figure name="Tracks" title="Tracks in the picture of this scope" testid="tracks-count">
        {picture.value === null ? "–" : countText(picture.value.columns.track_number.length)}
      </Figure>
      <Figure
        name={`Sensor→glass p50${estimated}`}
        title={`From the sensor's measurement to the screen, the wait for the cycle included. ${how}${sample}`}
        testid="lag-p50"
      >
        {lag === null ? "–" : durationText(lag.p50_s)}
      </Figure>
      <Figure
        name={`p95${estimated}`}
        title={`95th percentile of the same. ${how}${sample}`}
        testid="lag-p95"
      >
        {lag === null ? "–" : durationText(lag.p95_s)}
      </Figure>
      <Figure
        name={`Tick→glass${estimated}`}
        title={`From the cycle's tick to the screen: the platform's own share. ${how}`}
        testid="lag-tick"
      >
        {now?.tick_to_glass_s == null ? "–" : durationText(now.tick_to_glass_s)}
      </Figure>
      <Figure
        name="Clock ±"
        title="Error of the alignment of this browser's clock with the server's: half the best round trip"
        testid="clock-error"
      >
        {durationText(alignment.value.error_s)}
      </Figure>
      <Figure name="Frame" title="Size of the newest frame" testid="frame-bytes">
        {now === null ? "–" : bytesText(now.bytes)}
      </Figure>
    </dl>
  );
}

function Figure(props: { name: string; title: string; testid: string; children: ComponentChildren }) {
  return (
    <div title={props.title}>
      <dt>{props.name}</dt>
      <dd data-testid={props.testid}>{props.children}</dd>
    </div>
  );
}

function State() {
  const state = connection.value;
  const text = state.kind === "live" ? "LIVE" : state.kind === "lost" ? "LOST" : "CONNECTING";
  return (
    <output class={`state ${state.kind}`} data-testid="connection-state">
      <i aria-hidden="true" />
      {text}
    </output>
  );
}

function ZuluClock() {
  const now_s = exercise_now_s.value;
  const state = clock.value;
  const rate = state === null ? "" : state.running ? (state.rate === 1 ? "" : `×${state.rate}`) : "PAUSED";
  return (
    <div class="zulu" title={`Exercise time, ${dtgText(now_s)}, exercise ${exercise.value}`}>
      <time data-testid="zulu-clock">{zuluText(now_s)}</time>
      {rate !== "" && <span class={state?.running ? "rate" : "rate paused"}>{rate}</span>}
    </div>
  );
}
