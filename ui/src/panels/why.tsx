/** Why the hooked track is where it is: each report that made it in a cycle, with residual, weight and trust. */

import { effect, signal } from "@preact/signals";
import { getProvenance, RequestFailed } from "../feed/requests";
import { zuluText } from "../picture/words";
import { type CreditLine, type CycleOf, type Told, toldOf } from "./credits";
import { hooked, picture, scope } from "./state";

type Answer =
  | { readonly kind: "asking" }
  | { readonly kind: "told"; readonly told: Told }
  | { readonly kind: "expired"; readonly cycle: number }
  | { readonly kind: "failed"; readonly reason: string };

const KEPT_NO_MORE = 410;

const open = signal(false);
/** The cycle that was picked; null follows the newest. */
const picked = signal<number | null>(null);
const answer = signal<Answer>({ kind: "asking" });
const cycles = signal<readonly CycleOf[]>([]);

/** Ask while the section is open: for another track, another cycle and, following the newest, another picture. */
export function followWhy(): () => void {
  let asked = 0;
  let about: string | null = null;
  return effect(() => {
    const turn = ++asked;
    const trackNumber = hooked.value;
    const subject = `${scope.value} ${trackNumber}`;
    if (subject !== about) {
      about = subject;
      picked.value = null;
      cycles.value = [];
      answer.value = { kind: "asking" };
    }
    const cycle = picked.value;
    if (!open.value || trackNumber === null) return;
    if (cycle === null && picture.value === null) return;
    getProvenance(trackNumber, scope.peek(), cycle).then(
      (body) => {
        if (turn !== asked) return;
        const told = toldOf(body);
        answer.value = told === null ? { kind: "failed", reason: "no such answer" } : { kind: "told", told };
        if (told !== null) cycles.value = told.cycles;
      },
      (error: unknown) => {
        if (!(error instanceof RequestFailed)) throw error;
        if (turn !== asked) return;
        answer.value =
          error.status === KEPT_NO_MORE && cycle !== null
            ? { kind: "expired", cycle }
            : { kind: "failed", reason: error.message };
      },
    );
  });
}

export function Why() {
  return (
    <details
      class="why"
      data-testid="why"
      open={open.value}
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>Why is it here?</summary>
      {open.value && (
        <>
          <CyclePicker />
          <div aria-live="polite">
            <Reports />
          </div>
        </>
      )}
    </details>
  );
}

function CyclePicker() {
  return (
    <label class="why-cycle">
      <span>Reports of cycle</span>
      <select
        data-testid="why-cycle"
        value={picked.value === null ? "" : String(picked.value)}
        onChange={(event) => {
          const { value } = event.currentTarget;
          picked.value = value === "" ? null : Number(value);
        }}
      >
        <option value="">newest</option>
        {withPicked(cycles.value).map(({ cycle, valid_at_s }) => (
          <option key={cycle} value={String(cycle)}>
            {cycle} · {zuluText(valid_at_s)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The cycle that was picked stays in the list when it has expired. */
function withPicked(known: readonly CycleOf[]): readonly CycleOf[] {
  const cycle = picked.value;
  if (cycle === null || known.some((one) => one.cycle === cycle)) return known;
  return [...known, { cycle, valid_at_s: Number.NaN }];
}

function Reports() {
  const now = answer.value;
  switch (now.kind) {
    case "asking":
      return <p class="note">Asking …</p>;
    case "expired":
      return <p class="note">The reports of cycle {now.cycle} are kept no more. Pick a newer one.</p>;
    case "failed":
      return <p class="note">The reports could not be read: {now.reason}</p>;
    case "told":
      return <ToldReports told={now.told} />;
    default:
      return now satisfies never;
  }
}

function ToldReports({ told }: { told: Told }) {
  return (
    <>
      {told.credits.length === 0 ? (
        <p class="note">No report in cycle {told.cycle}: the track is where it was expected to go.</p>
      ) : (
        <table data-testid="why-reports">
          <caption>Cycle {told.cycle}, newest report first</caption>
          <thead>
            <tr>
              <th scope="col">Report</th>
              <th scope="col">At</th>
              <th scope="col" title="Residual: how far off what was expected, in standard deviations">
                σ
              </th>
              <th scope="col" title="Share in what the track then knew of its position, 0 to 1">
                Weight
              </th>
              <th scope="col" title="Trust given to the report, 0 to 1">
                Trust
              </th>
            </tr>
          </thead>
          <tbody>
            {told.credits.map((line) => (
              <Report key={`${line.source} ${line.report}`} {...line} />
            ))}
          </tbody>
        </table>
      )}
      {told.notes.map((note) => (
        <p class="note" key={note}>
          {note}
        </p>
      ))}
    </>
  );
}

function Report(line: CreditLine) {
  return (
    <tr>
      <th scope="row">
        {line.source}
        <small title="Epoch, sequence and row of the report">
          {line.report}
          {line.founding && " · founded the track"}
        </small>
      </th>
      <td>{line.measured_at_s === null ? "–" : zuluText(line.measured_at_s).replace("Z", "")}</td>
      <td>{decimals(line.residual_sigma, 1)}</td>
      <td>{decimals(line.weight, 2)}</td>
      <td>{decimals(line.trust, 2)}</td>
    </tr>
  );
}

function decimals(value: number | null, digits: number): string {
  return value === null ? "–" : value.toFixed(digits);
}
