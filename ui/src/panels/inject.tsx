/** Injects by the map: the menu of a right-click, and the form that asks the inject desk. */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import {
  INJECT_ACTIONS,
  type Inject,
  type InjectAction,
  type InjectRequest,
  NATIONS,
  PLATFORM_TYPES,
} from "../contracts";
import { type Json, postInject, RequestFailed } from "../feed/requests";
import {
  inWords,
  latText,
  lonText,
  metresPerSecond,
  NAUTICAL_MILE_M,
  trackLabel,
  zuluText,
} from "../picture/words";
import { exercise, injectAt, type MenuAt, menu, picture, scope, server_now_s } from "./state";

type FieldName =
  | "platform"
  | "identity"
  | "nation"
  | "course"
  | "speed"
  | "height"
  | "subject"
  | "radius"
  | "offset"
  | "duration"
  | "effect"
  | "emitter";

/** Which fields an action needs or takes; the inject desk has the last word. */
const FIELDS: Readonly<Record<InjectAction, readonly FieldName[]>> = {
  "new-track": ["platform", "identity", "course", "speed", "height", "nation", "subject", "duration"],
  remove: ["subject"],
  jam: ["effect", "radius", "duration"],
  "spoof-ais": ["subject", "offset", "course", "duration"],
  "cyber-attack": ["subject", "effect", "duration"],
  "emitter-on": ["subject", "emitter", "duration"],
  "emitter-off": ["subject", "emitter"],
  "sensor-off": ["subject", "duration"],
  "sensor-on": ["subject"],
};
const EFFECTS: Readonly<Partial<Record<InjectAction, readonly string[]>>> = {
  jam: ["gnss", "radar"],
  "cyber-attack": ["loss", "delay", "degraded-accuracy", "spoofed-position", "forged-reports"],
};
const TYPES = PLATFORM_TYPES.filter((kind) => !kind.name.startsWith("unknown") && kind.domain !== "land").map(
  (kind) => kind.name,
);
const MENU_ACTIONS: readonly InjectAction[] = [
  "new-track",
  "jam",
  "spoof-ais",
  "cyber-attack",
  "emitter-on",
  "sensor-off",
  "remove",
];

type Answer =
  | { readonly kind: "asking" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "accepted"; readonly inject_id: string; readonly effective_at_s: number };

const action = signal<InjectAction>("new-track");
const answer = signal<Answer | null>(null);
/** Where the focus goes back to when the menu or the form closes. */
let returnTo: HTMLElement | null = null;

function openForm(at: MenuAt, chosen: InjectAction): void {
  action.value = chosen;
  answer.value = null;
  menu.value = null;
  injectAt.value = at;
}

export function closeInject(): void {
  menu.value = null;
  injectAt.value = null;
  returnTo?.focus();
  returnTo = null;
}

/** The world is the white cell's to change; a capital only watches. */
export function mayInject(): boolean {
  return scope.value === "ALL";
}

/** The same form without a mouse: at the middle of the map. */
export function InjectButton() {
  if (!mayInject()) return null;
  return (
    <button type="button" class="action" data-testid="inject-button" onClick={() => openAtMiddle()}>
      Inject
    </button>
  );
}

let middle: () => MenuAt | null = () => null;

/** Tell the button where the middle of the map is. */
export function setMiddle(of: () => MenuAt | null): void {
  middle = of;
}

export function openAtMiddle(): void {
  const at = middle();
  if (at === null || !mayInject()) return;
  returnTo = document.activeElement as HTMLElement | null;
  openForm(at, "new-track");
}

export function InjectMenu() {
  const at = menu.value;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.querySelector("button")?.focus(), [at]);
  if (at === null) return null;
  const left = Math.min(at.x_px, window.innerWidth - 236);
  const top = Math.min(at.y_px, window.innerHeight - 330);
  return (
    <div
      class="panel menu"
      role="menu"
      aria-label="Inject here"
      data-testid="inject-menu"
      ref={list}
      style={{ left: `${left}px`, top: `${top}px` }}
      onKeyDown={(event) => moveFocus(event)}
    >
      <p role="presentation">
        {latText(at.lat_deg)} {lonText(at.lon_deg)}
        {at.trackNumber !== null && <b> {trackLabel(at.trackNumber)}</b>}
      </p>
      {MENU_ACTIONS.map((name) => (
        <button
          key={name}
          type="button"
          role="menuitem"
          data-testid={`inject-${name}`}
          onClick={() => openForm(at, name)}
        >
          {inWords(name)}
          {name === "new-track" || name === "jam" ? " here…" : "…"}
        </button>
      ))}
    </div>
  );
}

function moveFocus(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const items = [...(event.currentTarget as HTMLElement).querySelectorAll("button")];
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length].focus();
}

export function InjectForm() {
  const at = injectAt.value;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("select")?.focus(), [at]);
  if (at === null) return null;
  const fields = FIELDS[action.value];
  const placed = action.value === "new-track" || action.value === "jam";
  return (
    <form
      class="panel inject"
      aria-label="Inject"
      data-testid="inject-form"
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        void ask(event.currentTarget, at);
      }}
    >
      <header>
        <h2>Inject</h2>
        <button type="button" class="icon" aria-label="Close the form" onClick={closeInject}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="m4 4 8 8m0-8-8 8" />
          </svg>
        </button>
      </header>
      <p class="note">Changes the simulated world for every producer at one exercise time.</p>
      <label>
        Action
        <select
          name="action"
          value={action.value}
          onChange={(event) => {
            action.value = event.currentTarget.value as InjectAction;
          }}
        >
          {INJECT_ACTIONS.map((name) => (
            <option key={name} value={name}>
              {inWords(name)}
            </option>
          ))}
        </select>
      </label>
      {placed && (
        <div class="pair">
          <NumberField
            label="Latitude °"
            name="lat"
            step="any"
            min={-90}
            max={90}
            value={at.lat_deg.toFixed(4)}
            required
          />
          <NumberField
            label="Longitude °"
            name="lon"
            step="any"
            min={-180}
            max={180}
            value={at.lon_deg.toFixed(4)}
            required
          />
        </div>
      )}
      <div class="fields">
        {fields.map((name) => (
          <Field key={`${action.value}/${name}`} name={name} at={at} />
        ))}
      </div>
      <datalist id="subjects">
        {subjects().map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Outcome />
      <button type="submit" class="action primary" disabled={answer.value?.kind === "asking"}>
        Inject now
      </button>
    </form>
  );
}

function Field({ name, at }: { name: FieldName; at: MenuAt }) {
  switch (name) {
    case "platform":
      return <Choice label="Type" name={name} choices={TYPES} value="patrol-boat" />;
    case "identity":
      return (
        <Choice label="Identity" name={name} choices={["hostile", "neutral", "friend"]} value="hostile" />
      );
    case "nation":
      return <Choice label="Nation" name={name} choices={["", ...NATIONS]} value="" />;
    case "effect":
      return <Choice label="Effect" name={name} choices={EFFECTS[action.value] ?? []} value="" />;
    case "course":
      return <NumberField label="Course °" name={name} min={0} max={360} value="210" />;
    case "speed":
      return <NumberField label="Speed kn" name={name} min={0} max={3800} step="any" value="24" />;
    case "height":
      return <NumberField label="Height m" name={name} min={0} max={30000} />;
    case "radius":
      return <NumberField label="Radius NM" name={name} min={0.1} max={500} step="any" value="30" required />;
    case "offset":
      return <NumberField label="Offset NM" name={name} min={0.1} max={500} step="any" value="10" required />;
    case "duration":
      return <NumberField label="Duration s" name={name} min={1} max={86400} />;
    case "emitter":
      return (
        <label>
          Emitter
          <input name={name} placeholder="EX-302" maxLength={24} required={action.value === "emitter-on"} />
        </label>
      );
    case "subject":
      return (
        <label>
          {action.value === "new-track" ? "Name (optional)" : "Subject"}
          <input
            name={name}
            list="subjects"
            maxLength={40}
            required={action.value !== "new-track"}
            defaultValue={action.value === "new-track" ? "" : nameOf(at.trackNumber)}
          />
        </label>
      );
    default:
      return name satisfies never;
  }
}

function Choice({
  label,
  name,
  choices,
  value,
}: {
  label: string;
  name: string;
  choices: readonly string[];
  value: string;
}) {
  return (
    <label>
      {label}
      <select name={name}>
        {choices.map((choice) => (
          <option key={choice} value={choice} selected={choice === value}>
            {choice === "" ? "any" : inWords(choice)}
          </option>
        ))}
      </select>
    </label>
  );
}

function NumberField(props: {
  label: string;
  name: string;
  min: number;
  max: number;
  step?: string;
  value?: string;
  required?: boolean;
}) {
  return (
    <label>
      {props.label}
      <input
        type="number"
        name={props.name}
        min={props.min}
        max={props.max}
        step={props.step ?? "1"}
        defaultValue={props.value ?? ""}
        required={props.required ?? false}
      />
    </label>
  );
}

function Outcome() {
  const now = answer.value;
  return (
    <p role="status" class={`outcome ${now?.kind ?? ""}`} data-testid="inject-outcome">
      {now === null
        ? ""
        : now.kind === "asking"
          ? "Asking the inject desk…"
          : now.kind === "refused"
            ? `Refused: ${now.reason}`
            : `Accepted as ${now.inject_id}, effective ${zuluText(now.effective_at_s)}`}
    </p>
  );
}

async function ask(form: HTMLFormElement, at: MenuAt): Promise<void> {
  answer.value = { kind: "asking" };
  try {
    answer.value = answerOf(await postInject(requestOf(new FormData(form), at)));
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    answer.value = { kind: "refused", reason: error.message };
  }
}

function requestOf(form: FormData, at: MenuAt): InjectRequest {
  const text = (name: string): string | null => String(form.get(name) ?? "").trim() || null;
  const number = (name: string): number | null => (text(name) === null ? null : Number(text(name)));
  const scaled = (name: string, unit: (value: number) => number): number | null => {
    const value = number(name);
    return value === null ? null : unit(value);
  };
  const inMetres = (value: number): number => value * NAUTICAL_MILE_M;
  return {
    exercise: exercise.value,
    request_id: requestId(),
    action: String(form.get("action")) as InjectAction,
    requested_at_s: server_now_s.value,
    requested_by: "map",
    subject: text("subject"),
    platform: text("platform"),
    identity: text("identity") as InjectRequest["identity"] & string,
    nation: text("nation") as InjectRequest["nation"] & string,
    lat_deg: form.has("lat") ? (number("lat") ?? at.lat_deg) : null,
    lon_deg: form.has("lon") ? (number("lon") ?? at.lon_deg) : null,
    height_m: number("height"),
    course_deg: number("course"),
    speed_m_per_s: scaled("speed", metresPerSecond),
    radius_m: scaled("radius", inMetres),
    offset_m: scaled("offset", inMetres),
    duration_s: number("duration"),
    effect: text("effect"),
    emitter: text("emitter"),
  };
}

/** Asking twice with one id changes the world once. Not `randomUUID`: that wants HTTPS beyond loopback. */
function requestId(): string {
  return `map-${Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** The accepted inject; a refusal came as an error with its reason. */
function answerOf(body: Json): Answer {
  const { inject } = (body ?? {}) as { inject?: Partial<Inject> };
  if (inject?.inject_id === undefined) return { kind: "refused", reason: "the answer names no inject" };
  return {
    kind: "accepted",
    inject_id: inject.inject_id,
    effective_at_s: inject.effective_at_s ?? Number.NaN,
  };
}

function subjects(): string[] {
  const now = picture.value;
  if (now === null) return [];
  return [...now.sensors.map((sensor) => sensor.sensor), ...now.names.filter(Boolean).slice(0, 400)];
}

function nameOf(trackNumber: number | null): string {
  const now = picture.peek();
  if (now === null || trackNumber === null) return "";
  const row = now.columns.track_number.indexOf(trackNumber);
  return row < 0 ? "" : (now.names[now.columns.name[row]] ?? "");
}
