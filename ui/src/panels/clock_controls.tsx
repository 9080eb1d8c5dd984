/** The white cell's hand on the exercise clock: start, pause, resume, rate. */

import { signal } from "@preact/signals";
import type { ClockCommand } from "../contracts";
import { postClock, RequestFailed } from "../feed/requests";
import { clock, exercise, scope } from "./state";

const RATES = [0.5, 1, 2, 5, 10, 20, 60];

const failure = signal<string | null>(null);

export function ClockControls() {
  const now = clock.value;
  if (now === null || scope.value !== "ALL") return null;
  const isStarted = now.running || now.exercise_at_s > now.startex_s;
  const [command, name] = now.running
    ? (["pause", "Pause the exercise"] as const)
    : isStarted
      ? (["resume", "Resume the exercise"] as const)
      : (["start", "Start the exercise"] as const);
  const rates = RATES.includes(now.rate) ? RATES : [...RATES, now.rate].sort((a, b) => a - b);
  return (
    <div class="clock-controls" title={failure.value ?? undefined}>
      <button
        type="button"
        class="action"
        aria-label={name}
        title={name}
        data-testid={`clock-${command}`}
        onClick={() => ask({ command })}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          {now.running ? <path d="M4 3h3v10H4zm5 0h3v10H9z" /> : <path d="M4 2.5 13 8l-9 5.5z" />}
        </svg>
      </button>
      <select
        aria-label="Rate of the exercise clock"
        data-testid="clock-rate"
        value={String(now.rate)}
        onChange={(event) => ask({ command: "rate", rate: Number(event.currentTarget.value) })}
      >
        {rates.map((rate) => (
          <option key={rate} value={String(rate)}>
            ×{rate}
          </option>
        ))}
      </select>
      {failure.value !== null && <span role="alert">{failure.value}</span>}
    </div>
  );
}

function ask(command: Omit<ClockCommand, "exercise">): void {
  failure.value = null;
  postClock({ exercise: exercise.value, ...command }).catch((error: unknown) => {
    if (!(error instanceof RequestFailed)) throw error;
    failure.value = error.message;
  });
}
