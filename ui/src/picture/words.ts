/** The wire's codes in the field's words, and numbers as people on a watch floor read them. */

import * as contracts from "../contracts";

export const AFFILIATIONS = contracts.AFFILIATIONS.map(inWords);
export const DOMAINS = contracts.DOMAINS.map(inWords);
export const STATUSES = contracts.TRACK_STATUSES.map(inWords);
export const IDENTITIES = contracts.IDENTITIES.map(inWords);
export const SOURCE_KINDS = contracts.SOURCE_KINDS.map(inWords);
const CLASSIFICATIONS = contracts.CLASSIFICATIONS.map((name) => name.toUpperCase());
const PLATFORMS = contracts.PLATFORM_TYPES.map((kind) => inWords(kind.name));

const KNOT_M_PER_S = 1852 / 3600;
export const NAUTICAL_MILE_M = 1852;

/** `patrol-boat` as `Patrol boat`, `spoof-ais` as `Spoof AIS`. */
export function inWords(name: string): string {
  const words = name.replaceAll("-", " ").replace(/\b(ais|gnss)\b/g, (acronym) => acronym.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function platformName(code: number): string {
  return PLATFORMS[code] ?? `Type ${code}`;
}

export function trackLabel(trackNumber: number): string {
  return `T${String(trackNumber).padStart(4, "0")}`;
}

export function knots(speed_m_per_s: number): number {
  return speed_m_per_s / KNOT_M_PER_S;
}

export function metresPerSecond(speed_kn: number): number {
  return speed_kn * KNOT_M_PER_S;
}

/** Course over ground in degrees, 0 to 360 from true north. */
export function courseDeg(v_east_m_per_s: number, v_north_m_per_s: number): number {
  return ((Math.atan2(v_east_m_per_s, v_north_m_per_s) * 180) / Math.PI + 360) % 360;
}

export function courseText(course_deg: number): string {
  return `${String(Math.round(course_deg) % 360).padStart(3, "0")}°`;
}

/** Degrees and decimal minutes, 23°34.11′N. */
export function latText(lat_deg: number): string {
  return degreesMinutes(lat_deg, 2, lat_deg < 0 ? "S" : "N");
}

export function lonText(lon_deg: number): string {
  return degreesMinutes(lon_deg, 3, lon_deg < 0 ? "W" : "E");
}

function degreesMinutes(angle_deg: number, digits: number, hemisphere: string): string {
  // Rounded once, to hundredths of a minute, so that 59.996′ becomes the next degree and never 60.00′.
  const hundredths = Math.round(Math.abs(angle_deg) * 6000);
  const degrees = String(Math.floor(hundredths / 6000)).padStart(digits, "0");
  const minutes = ((hundredths % 6000) / 100).toFixed(2).padStart(5, "0");
  return `${degrees}°${minutes}′${hemisphere}`;
}

/** Zulu time of day, 08:56:00Z; a dash row where there is none. */
export function zuluText(at_s: number): string {
  return Number.isFinite(at_s) ? `${new Date(at_s * 1000).toISOString().slice(11, 19)}Z` : "--:--:--Z";
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** Date-time group, 140856ZMAY31. */
export function dtgText(at_s: number): string {
  if (!Number.isFinite(at_s)) return "------Z";
  const at = new Date(at_s * 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const month = MONTHS[at.getUTCMonth()] ?? "";
  return `${two(at.getUTCDate())}${two(at.getUTCHours())}${two(at.getUTCMinutes())}Z${month}${two(at.getUTCFullYear() % 100)}`;
}

export function ageText(age_s: number): string {
  if (!Number.isFinite(age_s)) return "–";
  if (age_s < 10) return `${Math.max(0, age_s).toFixed(1)} s`;
  if (age_s < 120) return `${Math.round(age_s)} s`;
  if (age_s < 7200) return `${Math.round(age_s / 60)} min`;
  return `${(age_s / 3600).toFixed(1)} h`;
}

export function durationText(time_s: number): string {
  if (!Number.isFinite(time_s)) return "–";
  if (Math.abs(time_s) < 0.01) return `${(time_s * 1000).toFixed(1)} ms`;
  if (Math.abs(time_s) < 1) return `${Math.round(time_s * 1000)} ms`;
  return `${time_s.toFixed(time_s < 100 ? 1 : 0)} s`;
}

export function bytesText(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

export function nationsOf(mask: number): readonly string[] {
  return contracts.NATIONS.filter((_, bit) => (mask >> bit) & 1);
}

export function trustFlagWords(flags: number): readonly string[] {
  return contracts.TRUST_FLAGS.filter(({ flag }) => flags & flag).map(({ name }) => inWords(name));
}

/** A label on one line, SECRET // REL USA JPN // CAVEAT. */
export function labelText(
  classification: number,
  nations: readonly string[],
  caveats: readonly string[],
): string {
  const parts = [
    CLASSIFICATIONS[classification] ?? `CLASS ${classification}`,
    `REL ${nations.join(" ") || "NONE"}`,
  ];
  return [...parts, ...caveats].join(" // ");
}
