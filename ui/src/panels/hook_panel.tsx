/** The hooked track: kinematics, identity with probabilities, type candidates, and who contributed. */

import { effect, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { getTrack, type Json, RequestFailed } from "../feed/requests";
import { symbolSvg } from "../layers/symbology";
import type { Picture } from "../picture/picture";
import { ellipseOfRow } from "../picture/uncertainty";
import {
  AFFILIATIONS,
  ageText,
  courseDeg,
  courseText,
  DOMAINS,
  IDENTITIES,
  knots,
  labelText,
  latText,
  lonText,
  NAUTICAL_MILE_M,
  nationsOf,
  platformName,
  SOURCE_KINDS,
  STATUSES,
  trackLabel,
  trustFlagWords,
  zuluText,
} from "../picture/words";
import { type Contribution, contributionsOf } from "./provenance";
import { exercise_now_s, hooked, hookedRow, picture, scope } from "./state";
import { Why } from "./why";

type Detail =
  | { readonly kind: "asking"; readonly trackNumber: number }
  | { readonly kind: "known"; readonly trackNumber: number; readonly body: Json }
  | { readonly kind: "failed"; readonly trackNumber: number; readonly reason: string };

const detail = signal<Detail | null>(null);

/** Ask for the hooked track's provenance whenever another track is hooked or a new picture came. */
export function followHook(): () => void {
  let asked = 0;
  return effect(() => {
    const trackNumber = hooked.value;
    const seen = picture.value;
    const turn = ++asked;
    if (trackNumber === null || seen === null) {
      detail.value = null;
      return;
    }
    if (detail.peek()?.trackNumber !== trackNumber) detail.value = { kind: "asking", trackNumber };
    getTrack(trackNumber, scope.peek()).then(
      (body) => {
        if (turn === asked) detail.value = { kind: "known", trackNumber, body };
      },
      (error: unknown) => {
        if (!(error instanceof RequestFailed)) throw error;
        if (turn === asked) detail.value = { kind: "failed", trackNumber, reason: error.message };
      },
    );
  });
}

export function HookPanel({ onRelease, onCentre }: { onRelease: () => void; onCentre: () => void }) {
  const trackNumber = hooked.value;
  const now = picture.value;
  if (trackNumber === null || now === null) return null;
  const row = hookedRow.value;
  return (
    <section
      class="panel hook"
      aria-label={`Hooked track ${trackLabel(trackNumber)}`}
      data-testid="hook-panel"
    >
      {row < 0 ? (
        <Head title={trackLabel(trackNumber)} subtitle="Not in this picture any more" onRelease={onRelease} />
      ) : (
        <Known picture={now} row={row} onRelease={onRelease} onCentre={onCentre} />
      )}
    </section>
  );
}

function Head(props: {
  title: string;
  subtitle: string;
  affiliation?: number;
  sidc?: string;
  onRelease: () => void;
  children?: ComponentChildren;
}) {
  return (
    <header class={`aff-${props.affiliation ?? 1}`}>
      {props.sidc !== undefined && /^\d{20}$/.test(props.sidc) && (
        <span
          class="symbol"
          aria-hidden="true"
          dangerouslySetInnerHTML={{ __html: symbolSvg(props.sidc, 38) }}
        />
      )}
      <div>
        <h2>{props.title}</h2>
        <p class="identity">{props.subtitle}</p>
      </div>
      {props.children}
      <button
        type="button"
        class="icon"
        aria-label="Release the hook"
        title="Release the hook (Esc)"
        onClick={props.onRelease}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="m4 4 8 8m0-8-8 8" />
        </svg>
      </button>
    </header>
  );
}

function Known(props: { picture: Picture; row: number; onRelease: () => void; onCentre: () => void }) {
  const { picture: now, row } = props;
  const { columns } = now;
  const affiliation = columns.affiliation[row];
  const type = platformName(columns.platform_candidate[row * 3]);
  const name = now.names[columns.name[row]];
  const caveats = now.caveat_sets[columns.caveats[row]] ?? [];
  const flags = trustFlagWords(columns.trust_flags[row]);
  return (
    <>
      <Head
        title={trackLabel(columns.track_number[row])}
        subtitle={`${AFFILIATIONS[affiliation].toUpperCase()} · ${type}`}
        affiliation={affiliation}
        sidc={now.sidcs[columns.sidc[row]]}
        onRelease={props.onRelease}
      >
        <button
          type="button"
          class="icon"
          aria-label="Centre the map on this track"
          title="Centre the map"
          onClick={props.onCentre}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="8" cy="8" r="4" />
            <path d="M8 1v4m0 6v4M1 8h4m6 0h4" />
          </svg>
        </button>
      </Head>
      <p class={`label class-${columns.classification[row]}`} data-testid="hook-label">
        {labelText(columns.classification[row], nationsOf(columns.releasable_mask[row]), caveats)}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section class="scroll" tabIndex={0} aria-label="Track details">
        {flags.length > 0 && <p class="flags">⚠ {flags.join(", ")}</p>}
        <Kinematics picture={now} row={row} name={name} />
        <Contributions picture={now} row={row} />
        <Why />
        <Probabilities
          title="Identity"
          rows={IDENTITIES.map((identity, k) => [identity, columns.identity[row * 3 + k]])}
        />
        <Probabilities title="Type" rows={candidates(now, row)} />
        <TrackAlerts picture={now} trackNumber={columns.track_number[row]} />
      </section>
    </>
  );
}

function Kinematics({
  picture: now,
  row,
  name,
}: {
  picture: Picture;
  row: number;
  name: string | undefined;
}) {
  const { columns } = now;
  const [east, north, up] = [
    columns.v_east_m_per_s[row],
    columns.v_north_m_per_s[row],
    columns.v_up_m_per_s[row],
  ];
  const ellipse = ellipseOfRow(columns.covariance, row);
  const height_m = columns.height_m[row];
  const claimed = !Number.isNaN(columns.claimed_lat_deg[row]);
  return (
    <dl class="facts">
      {name && <Fact name="Name">{name}</Fact>}
      <Fact name="Position">
        {latText(columns.lat_deg[row])}
        <br />
        {lonText(columns.lon_deg[row])}
      </Fact>
      {claimed && (
        <Fact name="Claims to be at">
          <span class="claim">
            {latText(columns.claimed_lat_deg[row])}
            <br />
            {lonText(columns.claimed_lon_deg[row])}
          </span>
        </Fact>
      )}
      <Fact name="Course / speed">
        {courseText(courseDeg(east, north))} · {knots(Math.hypot(east, north)).toFixed(1)} kn
      </Fact>
      {!Number.isNaN(height_m) && columns.domain[row] === AIR && (
        <Fact name="Height">
          {Math.round(height_m).toLocaleString("en-US")} ± {Math.round(columns.height_sigma_m[row] || 0)} m
          {Math.abs(up) >= 0.5 && ` · ${up > 0 ? "▲" : "▼"} ${Math.abs(up).toFixed(0)} m/s`}
        </Fact>
      )}
      <Fact name="AOU 95 %">
        {ellipse === null
          ? "unknown"
          : `${(ellipse.semi_major_m / NAUTICAL_MILE_M).toFixed(2)} × ${(ellipse.semi_minor_m / NAUTICAL_MILE_M).toFixed(2)} NM`}
      </Fact>
      <Fact name="Domain / status">
        {DOMAINS[columns.domain[row]]} · {STATUSES[columns.status[row]]}
      </Fact>
      <Fact name="Quality / trust">
        {columns.quality[row].toFixed(2)} · {columns.trust[row].toFixed(2)}
      </Fact>
      <Fact name="Held since">
        {zuluText(columns.founded_at_s[row])} · {ageText(exercise_now_s.value - columns.founded_at_s[row])}
      </Fact>
      <Fact name="SIDC">{now.sidcs[columns.sidc[row]]?.replace(/^(.{10})/, "$1 ")}</Fact>
    </dl>
  );
}

const AIR = 1;

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function candidates(now: Picture, row: number): [string, number][] {
  const { platform_candidate, platform_probability } = now.columns;
  return [0, 1, 2]
    .map((k): [string, number] => [
      platformName(platform_candidate[row * 3 + k]),
      platform_probability[row * 3 + k],
    ])
    .filter(([, probability]) => probability >= 0.005);
}

function Probabilities({ title, rows }: { title: string; rows: [string, number][] }) {
  if (rows.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="bars">
        {rows.map(([name, probability]) => (
          <li key={name}>
            <span>{name}</span>
            <Bar fraction={probability} />
            <b>{probability.toFixed(2)}</b>
          </li>
        ))}
      </ul>
    </>
  );
}

function Bar({ fraction }: { fraction: number }) {
  return (
    <i class="bar" aria-hidden="true">
      <i style={{ width: `${Math.round(Math.min(1, Math.max(0, fraction)) * 100)}%` }} />
    </i>
  );
}

/** Each contributing sensor; until its list has come, the kinds of source the picture itself knows. */
function Contributions({ picture: now, row }: { picture: Picture; row: number }) {
  const trackNumber = now.columns.track_number[row];
  const known = detail.value?.trackNumber === trackNumber ? detail.value : null;
  const listed = known?.kind === "known" ? contributionsOf(known.body, now.sensors) : [];
  return (
    <>
      <h3>Contributing reports</h3>
      {known?.kind === "failed" && <p class="note">Provenance could not be read: {known.reason}</p>}
      <ul class="contributions" data-testid="contributions">
        {listed.length > 0
          ? listed.map((contribution, k) => (
              <ContributionRow key={`${contribution.source}/${k}`} {...contribution} />
            ))
          : kindsOf(now, row).map(([kind, at_s]) => (
              <li key={kind}>
                <span class="badge">{kind.toUpperCase()}</span>
                <span class="age">{ageText(exercise_now_s.value - at_s)}</span>
              </li>
            ))}
      </ul>
    </>
  );
}

function ContributionRow(contribution: Contribution) {
  const { source, kind, measured_at_s, trust, residual_sigma, label, count } = contribution;
  const title = [
    residual_sigma === null ? null : `residual ${residual_sigma.toFixed(1)} σ`,
    count === null ? null : `${count} reports`,
    trust === null ? null : `trust ${trust.toFixed(2)}`,
  ].filter((part) => part !== null);
  return (
    <li title={title.join(", ")}>
      <span class="badge">{kind}</span>
      <span class="source">{source}</span>
      <span class="age">{measured_at_s === null ? "–" : ageText(exercise_now_s.value - measured_at_s)}</span>
      {trust !== null && <Bar fraction={trust} />}
      <span class="sr-only">{title.join(", ")}</span>
      {label !== null && <small class="source-label">{label}</small>}
    </li>
  );
}

function kindsOf(now: Picture, row: number): [string, number][] {
  return SOURCE_KINDS.map((kind, k): [string, number] => [
    kind,
    now.columns.last_contribution_s[row * 4 + k],
  ]).filter(([, at_s]) => !Number.isNaN(at_s));
}

function TrackAlerts({ picture: now, trackNumber }: { picture: Picture; trackNumber: number }) {
  const alerts = now.alerts.filter((alert) => alert.track_number === trackNumber);
  if (alerts.length === 0) return null;
  return (
    <>
      <h3>Alerts</h3>
      <ul class="track-alerts">
        {alerts.map((alert) => (
          <li key={alert.alert_id} class={alert.severity}>
            <b>{alert.severity}</b> {alert.text}
            {alert.evidence.length > 0 && (
              <details>
                <summary>Evidence ({alert.evidence.length})</summary>
                <ul>
                  {alert.evidence.map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              </details>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
