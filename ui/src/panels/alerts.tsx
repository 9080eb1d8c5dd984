/** Alerts of the picture, worst and newest first; a click goes there and hooks the track. */

import { computed, signal } from "@preact/signals";
import type { Alert } from "../contracts";
import { inWords, trackLabel, zuluText } from "../picture/words";
import { picture } from "./state";

const RANK = { critical: 0, warning: 1, info: 2 } as const;
const open = signal(true);

const sorted = computed<readonly Alert[]>(() =>
  [...(picture.value?.alerts ?? [])].sort(
    (a, b) => RANK[a.severity] - RANK[b.severity] || b.raised_at_s - a.raised_at_s,
  ),
);

export function Alerts({ onAlert }: { onAlert: (alert: Alert) => void }) {
  const alerts = sorted.value;
  const critical = alerts.filter((alert) => alert.severity === "critical").length;
  return (
    <section
      class={open.value ? "panel alerts" : "panel alerts shut"}
      aria-labelledby="alerts-title"
      data-testid="alerts"
    >
      <h2 id="alerts-title">
        <button
          type="button"
          aria-expanded={open.value}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          Alerts <b>{alerts.length}</b>
          {critical > 0 && <span class="critical-count">{critical} critical</span>}
          <i aria-hidden="true">{open.value ? "▾" : "▸"}</i>
        </button>
      </h2>
      {open.value && (
        <ul aria-live="polite">
          {alerts.length === 0 && <li class="none">No alerts</li>}
          {alerts.map((alert) => (
            <li key={alert.alert_id} class={alert.severity}>
              <button
                type="button"
                onClick={() => onAlert(alert)}
                title={alert.evidence.join("\n") || alert.text}
              >
                <span class="what">
                  <b>{alert.severity}</b> {inWords(alert.alert_kind)}
                  {alert.track_number != null && <em>{trackLabel(alert.track_number)}</em>}
                  <time>{zuluText(alert.raised_at_s)}</time>
                </span>
                <span class="text">{alert.text}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
