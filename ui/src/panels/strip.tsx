/** The bottom strip: how far the cycle is, and what each of the last pictures brought. */

import { computed } from "@preact/signals";
import { countText, durationText, zuluText } from "../picture/words";
import { ClockControls } from "./clock_controls";
import { bars, clock, connection, picture, server_now_s, shown } from "./state";

/** Seconds until the next picture is due; negative when it is late. */
const due_in_s = computed(() => (picture.value?.next_due_at_s ?? Number.NaN) - server_now_s.value);

export function Strip() {
  const now = picture.value;
  return (
    <section class="panel strip" aria-label="Cycle" data-testid="strip">
      <Countdown />
      <ClockControls />
      <div class="history">
        <Progress />
        <Bars />
        <div class="axis" aria-hidden="true">
          <span>{bars.value.length > 0 ? zuluText(bars.value[0].valid_at_s) : ""}</span>
          <span>
            {bars.value.length > 1 ? "tracks changed per cycle; red where an alert is critical" : ""}
          </span>
          <span>{now === null ? "" : zuluText(now.valid_at_s)}</span>
        </div>
      </div>
    </section>
  );
}

function Countdown() {
  const now = picture.value;
  const late = due_in_s.value < -1.5;
  const paused = clock.value !== null && !clock.value.running;
  const text =
    now === null
      ? "waiting for a picture"
      : now.cycle_s === 0
        ? "on every event"
        : paused
          ? "clock paused"
          : !now.caught_up
            ? "catching up"
            : late
              ? `late ${Math.round(-due_in_s.value)} s`
              : `next in ${Math.max(0, Math.ceil(due_in_s.value))} s`;
  return (
    <div class={late && !paused ? "cycle late" : "cycle"}>
      <span class="caption">
        Cycle {now === null ? "–" : countText(now.cycle)}
        {now !== null && now.cycle_s > 0 && ` · every ${durationText(now.cycle_s).replace(".0", "")}`}
      </span>
      <strong data-testid="cycle-countdown">{text}</strong>
      <span class="caption">
        {now === null ? "" : `valid ${zuluText(now.valid_at_s)}`}
        {shown.value !== null && ` · ${shown.value.type}`}
      </span>
    </div>
  );
}

function Progress() {
  const now = picture.value;
  if (now === null || now.cycle_s === 0) return null;
  const rate = clock.value?.rate ?? 1;
  const wallCycle_s = now.cycle_s / rate;
  const done = connection.value.kind === "live" ? 1 - due_in_s.value / wallCycle_s : 0;
  const percent = Math.round(100 * Math.min(1, Math.max(0, done)));
  return (
    <div
      class="progress"
      role="progressbar"
      aria-label="Cycle progress"
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <i style={{ width: `${percent}%` }} />
    </div>
  );
}

function Bars() {
  const list = bars.value;
  const most = Math.max(1, ...list.map((bar) => bar.rows));
  return (
    <ol class="cycles" aria-label="Tracks changed in the last cycles">
      {list.map((bar) => (
        <li
          key={bar.cycle}
          class={bar.worst === "critical" ? "critical" : ""}
          title={`Cycle ${bar.cycle}, ${zuluText(bar.valid_at_s)}: ${countText(bar.rows)} of ${countText(bar.tracks)} tracks changed`}
        >
          <i style={{ height: `${Math.max(6, Math.round((100 * bar.rows) / most))}%` }} />
        </li>
      ))}
    </ol>
  );
}
