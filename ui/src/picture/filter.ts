/** Which tracks are shown: by affiliation, domain and the text of the search field. */

import type { Picture } from "./picture";
import { AFFILIATIONS, DOMAINS, platformName, trackLabel } from "./words";

export interface Filter {
  /** Bit i shows affiliation i. */
  readonly affiliations: number;
  /** Bit i shows domain i. */
  readonly domains: number;
}

export const SHOW_ALL: Filter = {
  affiliations: (1 << AFFILIATIONS.length) - 1,
  domains: (1 << DOMAINS.length) - 1,
};

/** (N,) one where the row passes. */
export function shownRows(picture: Picture, filter: Filter): Uint8Array {
  const { affiliation, domain } = picture.columns;
  const shown = new Uint8Array(affiliation.length);
  for (let row = 0; row < shown.length; row++) {
    shown[row] = (filter.affiliations >> affiliation[row]) & (filter.domains >> domain[row]) & 1;
  }
  return shown;
}

/** How many tracks there are of each affiliation and of each domain, filtered or not. */
export function countTracks(picture: Picture): { affiliations: number[]; domains: number[] } {
  const affiliations = new Array<number>(AFFILIATIONS.length).fill(0);
  const domains = new Array<number>(DOMAINS.length).fill(0);
  for (const code of picture.columns.affiliation) affiliations[code]++;
  for (const code of picture.columns.domain) domains[code]++;
  return { affiliations, domains };
}

export type SortKey = "track" | "identity" | "type" | "lat" | "lon" | "course" | "speed" | "aou" | "age";

export interface Order {
  readonly key: SortKey;
  readonly descending: boolean;
}

/**
 * Return the rows that pass filter and search, in the table's order.
 *
 * The search text matches the track number (with or without T), name, type, identity and domain; every
 * word must match. Equal rows stay in ascending track number.
 */
export function listRows(
  picture: Picture,
  shown: Uint8Array,
  search: string,
  order: Order,
  sortValue: (row: number) => number,
): Int32Array {
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const rows: number[] = [];
  for (let row = 0; row < shown.length; row++) {
    if (shown[row] && (words.length === 0 || matches(picture, row, words))) rows.push(row);
  }
  // The values are computed once per row, not once per comparison.
  const keys = new Float64Array(shown.length);
  for (const row of rows) keys[row] = sortValue(row);
  const sign = order.descending ? -1 : 1;
  rows.sort((a, b) => sign * compare(keys[a], keys[b]) || a - b);
  return Int32Array.from(rows);
}

/** Unknown values go last in ascending order. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b;
}

function matches(picture: Picture, row: number, words: readonly string[]): boolean {
  const { columns, names } = picture;
  const text = [
    trackLabel(columns.track_number[row]),
    names[columns.name[row]],
    platformName(columns.platform_candidate[row * 3]),
    AFFILIATIONS[columns.affiliation[row]],
    DOMAINS[columns.domain[row]],
  ]
    .join("\n")
    .toLowerCase();
  return words.every((word) => text.includes(word));
}
