/** The tracks as a table: searched, sorted, linked with the map; only the rows in sight exist. */

import { computed, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { listRows, type SortKey, shownRows } from "../picture/filter";
import { newestContributionS, type Picture } from "../picture/picture";
import { ellipseOfRow } from "../picture/uncertainty";
import {
  AFFILIATIONS,
  ageText,
  countText,
  courseDeg,
  courseText,
  knots,
  latText,
  lonText,
  NAUTICAL_MILE_M,
  platformName,
  trackLabel,
} from "../picture/words";
import { Swatch } from "./filters";
import { exercise_now_s, filter, hooked, order, picture, search } from "./state";

const ROW_PX = 23;
/** Rows kept ready above and below those in sight. */
const SPARE_ROWS = 6;

const COLUMNS: readonly { readonly key: SortKey; readonly name: string; readonly title: string }[] = [
  { key: "track", name: "Track", title: "Track number" },
  { key: "identity", name: "Identity", title: "Identity, most dangerous first" },
  { key: "type", name: "Type", title: "Most probable type" },
  { key: "lat", name: "Lat", title: "Latitude" },
  { key: "lon", name: "Lon", title: "Longitude" },
  { key: "course", name: "Crs", title: "Course over ground, degrees true" },
  { key: "speed", name: "Kn", title: "Speed over ground, knots" },
  { key: "aou", name: "AOU", title: "Semi-major axis of the 95 % area of uncertainty, nautical miles" },
  { key: "age", name: "Age", title: "Time since the newest contribution" },
];

const rows = computed(() => {
  const now = picture.value;
  if (now === null) return new Int32Array(0);
  return listRows(now, shownRows(now, filter.value), search.value, order.value, (row) =>
    sortValue(now, order.value.key, row),
  );
});
/** Whether the table scrolls with the hooked row. */
let following = true;
const scrollTop = signal(0);
const viewHeight = signal(300);

export function TrackTable({ onHook }: { onHook: (trackNumber: number) => void }) {
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = body.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      viewHeight.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    following = true;
  }, [hooked.value]);
  // A new picture moves rows; the hooked one is kept in sight until the reader scrolls away.
  useEffect(() => {
    if (following) revealHooked(body.current);
  }, [hooked.value, rows.value]);
  const now = picture.value;
  const list = rows.value;
  const first = Math.max(0, Math.floor(scrollTop.value / ROW_PX) - SPARE_ROWS);
  const last = Math.min(list.length, Math.ceil((scrollTop.value + viewHeight.value) / ROW_PX) + SPARE_ROWS);
  const visible = now === null ? [] : Array.from(list.subarray(first, last));
  return (
    <section class="panel tracks" aria-labelledby="tracks-title" data-testid="track-table">
      <header>
        <h2 id="tracks-title">
          Tracks <b data-testid="tracks-listed">{countText(list.length)}</b>
        </h2>
        <input
          type="search"
          placeholder="Filter tracks"
          aria-label="Filter tracks by number, name, type or identity"
          data-testid="track-search"
          value={search.value}
          onInput={(event) => {
            search.value = event.currentTarget.value;
          }}
        />
      </header>
      <div class="grid" role="grid" aria-label="Tracks" aria-rowcount={list.length + 1}>
        <div role="row" class="head" aria-rowindex={1}>
          <span class="swatch-cell" role="columnheader">
            <span class="sr-only">Symbol</span>
          </span>
          {COLUMNS.map((column) => (
            <SortHeading key={column.key} sortKey={column.key} name={column.name} title={column.title} />
          ))}
        </div>
        <div
          class="body"
          role="rowgroup"
          ref={body}
          tabIndex={0}
          aria-label="Rows; arrow keys hook the next track"
          onScroll={(event) => {
            scrollTop.value = event.currentTarget.scrollTop;
          }}
          onWheel={stopFollowing}
          onPointerDown={stopFollowing}
          onKeyDown={(event) => moveHook(event, onHook)}
        >
          <div role="presentation" style={{ height: `${list.length * ROW_PX}px` }}>
            <div role="presentation" style={{ transform: `translateY(${first * ROW_PX}px)` }}>
              {now !== null &&
                visible.map((row, k) => (
                  <Row
                    key={now.columns.track_number[row]}
                    picture={now}
                    row={row}
                    index={first + k + 2}
                    onHook={onHook}
                  />
                ))}
            </div>
          </div>
        </div>
      </div>
    </section>
  );
}

function SortHeading({ sortKey, name, title }: { sortKey: SortKey; name: string; title: string }) {
  const { key, descending } = order.value;
  const sorted = key === sortKey;
  return (
    <span
      role="columnheader"
      class={`c-${sortKey}`}
      aria-sort={sorted ? (descending ? "descending" : "ascending") : "none"}
    >
      <button
        type="button"
        title={title}
        onClick={() => {
          order.value = { key: sortKey, descending: sorted && !descending };
        }}
      >
        {name}
        <i aria-hidden="true">{sorted ? (descending ? "▾" : "▴") : ""}</i>
      </button>
    </span>
  );
}

function Row(props: { picture: Picture; row: number; index: number; onHook: (trackNumber: number) => void }) {
  const { row, index } = props;
  const { columns } = props.picture;
  const trackNumber = columns.track_number[row];
  const isHooked = hooked.value === trackNumber;
  const [east, north] = [columns.v_east_m_per_s[row], columns.v_north_m_per_s[row]];
  const ellipse = ellipseOfRow(columns.covariance, row);
  const affiliation = columns.affiliation[row];
  return (
    <div
      role="row"
      class={isHooked ? "row hooked" : "row"}
      aria-rowindex={index}
      aria-selected={isHooked}
      data-testid="track-row"
      data-track={trackNumber}
      onClick={() => props.onHook(trackNumber)}
    >
      <span class="swatch-cell" role="gridcell">
        <Swatch affiliation={affiliation} />
      </span>
      <span class="c-track" role="gridcell">
        {trackLabel(trackNumber)}
      </span>
      <span class="c-identity" role="gridcell">
        {AFFILIATIONS[affiliation]}
      </span>
      <span class="c-type" role="gridcell">
        {props.picture.names[columns.name[row]] || platformName(columns.platform_candidate[row * 3])}
      </span>
      <span class="c-lat" role="gridcell">
        {latText(columns.lat_deg[row])}
      </span>
      <span class="c-lon" role="gridcell">
        {lonText(columns.lon_deg[row])}
      </span>
      <span class="c-course" role="gridcell">
        {courseText(courseDeg(east, north))}
      </span>
      <span class="c-speed" role="gridcell">
        {knots(Math.hypot(east, north)).toFixed(1)}
      </span>
      <span class="c-aou" role="gridcell">
        {ellipse === null ? "–" : (ellipse.semi_major_m / NAUTICAL_MILE_M).toFixed(1)}
      </span>
      <span class="c-age" role="gridcell">
        {ageText(exercise_now_s.value - newestContributionS(columns, row))}
      </span>
    </div>
  );
}

/** What a column sorts by; identity puts the most dangerous first. */
export function sortValue(now: Picture, key: SortKey, row: number): number {
  const { columns } = now;
  switch (key) {
    case "track":
      return columns.track_number[row];
    case "identity":
      return IDENTITY_RANK[columns.affiliation[row]];
    case "type":
      return columns.platform_candidate[row * 3];
    case "lat":
      return columns.lat_deg[row];
    case "lon":
      return columns.lon_deg[row];
    case "course":
      return courseDeg(columns.v_east_m_per_s[row], columns.v_north_m_per_s[row]);
    case "speed":
      return Math.hypot(columns.v_east_m_per_s[row], columns.v_north_m_per_s[row]);
    case "aou":
      return ellipseOfRow(columns.covariance, row)?.semi_major_m ?? Number.NaN;
    case "age":
      return -newestContributionS(columns, row);
    default:
      return key satisfies never;
  }
}

const IDENTITY_RANK = [5, 4, 3, 2, 6, 1, 0];

/** Arrow keys hook the row before or after the hooked one; page keys ten, home and end the ends. */
function moveHook(event: KeyboardEvent, onHook: (trackNumber: number) => void): void {
  const list = rows.value;
  const now = picture.value;
  if (now === null || list.length === 0) return;
  const at = list.findIndex((row) => now.columns.track_number[row] === hooked.value);
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
  const next =
    event.key === "Home"
      ? 0
      : event.key === "End"
        ? list.length - 1
        : event.key in steps
          ? at + steps[event.key]
          : null;
  if (next === null) return;
  event.preventDefault();
  onHook(now.columns.track_number[list[Math.min(list.length - 1, Math.max(0, next))]]);
}

function stopFollowing(): void {
  following = false;
}

/** Scroll the table so that the hooked row can be seen. */
function revealHooked(body: HTMLElement | null): void {
  const now = picture.peek();
  if (body === null || now === null || hooked.peek() === null) return;
  const at = rows.peek().findIndex((row) => now.columns.track_number[row] === hooked.peek());
  if (at < 0) return;
  const top = at * ROW_PX;
  if (top < body.scrollTop) body.scrollTop = top;
  else if (top + ROW_PX > body.scrollTop + body.clientHeight)
    body.scrollTop = top + ROW_PX - body.clientHeight;
}
