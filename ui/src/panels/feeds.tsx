/** The feeds: each discipline's newest measurement as the picture's scope sees it, and the services. */

import { computed } from "@preact/signals";
import { DISCIPLINES, type SensorHealth } from "../contracts";
import type { Json } from "../feed/requests";
import { ageText } from "../picture/words";
import { exercise_now_s, health, malformed, picture } from "./state";

type Level = "good" | "slow" | "bad" | "none";

/** A feed whose newest measurement is older than this is slow, and then bad. */
const SLOW_S = 60;
const BAD_S = 180;
const WORDS: Readonly<Record<Level, string>> = {
  good: "good",
  slow: "slow",
  bad: "silent",
  none: "no sensors",
};

interface FeedHealth {
  readonly discipline: string;
  readonly sensors: number;
  readonly harmed: number;
  readonly newest_s: number;
}

const feeds = computed<readonly FeedHealth[]>(() =>
  DISCIPLINES.map((discipline) => {
    const sensors = (picture.value?.sensors ?? []).filter((sensor) => sensor.discipline === discipline);
    return {
      discipline,
      sensors: sensors.length,
      harmed: sensors.filter(isHarmed).length,
      newest_s: Math.max(Number.NEGATIVE_INFINITY, ...sensors.map((sensor) => sensor.last_measured_s)),
    };
  }),
);

export function Feeds() {
  return (
    <section class="feeds" aria-labelledby="feeds-title" data-testid="feeds">
      <h2 id="feeds-title">Feeds</h2>
      <ul>
        {feeds.value.map((feed) => (
          <FeedRow key={feed.discipline} {...feed} />
        ))}
        <Services />
      </ul>
    </section>
  );
}

function FeedRow({ discipline, sensors, harmed, newest_s }: FeedHealth) {
  const age_s = exercise_now_s.value - newest_s;
  const level: Level = sensors === 0 ? "none" : age_s > BAD_S ? "bad" : age_s > SLOW_S ? "slow" : "good";
  const title = `${sensors} sensors, ${harmed} distrusted or impaired; newest measurement ${ageText(age_s)} ago`;
  return (
    <li class="row" title={title} data-testid={`feed-${discipline}`}>
      <i class={`lamp ${harmed > 0 && level === "good" ? "slow" : level}`} aria-hidden="true" />
      <span>{discipline.toUpperCase()}</span>
      <small>{harmed > 0 ? `${harmed}/${sensors} impaired` : sensors}</small>
      <b>{sensors === 0 ? "–" : ageText(age_s)}</b>
      <span class="sr-only">{WORDS[level]}</span>
    </li>
  );
}

/** The platform itself, from Health: services online, reports refused. */
function Services() {
  const now = health.value;
  if (now === null) return null;
  if ("error" in now) {
    return (
      <li class="row" title={`Health could not be read: ${now.error}`}>
        <i class="lamp bad" aria-hidden="true" />
        <span>HEALTH</span>
        <b>{now.error}</b>
      </li>
    );
  }
  const services = servicesOf(now.body);
  const offline = services.filter((service) => service.state !== "online");
  const reasons = reasonsOf(now.body);
  const names = services.map((service) => `${service.name} ${service.state}`).join(", ");
  return (
    <li
      class="row"
      title={[names, ...reasons, `frames that this page could not use: ${malformed.value}`].join("\n")}
      data-testid="feed-services"
    >
      <i
        class={`lamp ${offline.length > 0 ? "bad" : reasons.length > 0 ? "slow" : services.length === 0 ? "none" : "good"}`}
        aria-hidden="true"
      />
      <span>SERVICES</span>
      <b>
        {services.length - offline.length}/{services.length}
      </b>
      {offline.length > 0 && (
        <span class="sr-only">offline: {offline.map((service) => service.name).join(", ")}</span>
      )}
    </li>
  );
}

function isHarmed(sensor: SensorHealth): boolean {
  return sensor.effect !== "none" || sensor.trust < 0.9;
}

/** The services that Health lists. */
export function servicesOf(body: Json): { readonly name: string; readonly state: string }[] {
  const services = isObject(body) ? body.services : null;
  if (!Array.isArray(services)) return [];
  return services.filter(isObject).map((row) => ({ name: String(row.service), state: String(row.state) }));
}

/** What makes Health degraded, in its own words. */
export function reasonsOf(body: Json): string[] {
  const reasons = isObject(body) ? body.reasons : null;
  return Array.isArray(reasons) ? reasons.map(String) : [];
}

export function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
