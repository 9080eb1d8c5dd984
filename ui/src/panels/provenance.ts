/** A track's contributing reports, read from the gateway's answer. */

import type { SensorHealth } from "../contracts";
import type { Json } from "../feed/requests";
import { labelText } from "../picture/words";

export interface Contribution {
  readonly source: string;
  /** The feed: RADAR, SIGINT, CYBER. */
  readonly kind: string;
  readonly measured_at_s: number | null;
  readonly trust: number | null;
  readonly residual_sigma: number | null;
  readonly count: number | null;
  readonly label: string | null;
}

export type Row = { readonly [name: string]: Json };

/** Newest first; what the answer leaves out stays null. */
export function contributionsOf(body: Json, sensors: readonly SensorHealth[]): Contribution[] {
  const list = isRow(body) ? body.contributions : null;
  if (!Array.isArray(list)) return [];
  return list
    .filter(isRow)
    .map((row): Contribution => {
      const source = String(row.source ?? "");
      const discipline =
        row.discipline ?? sensors.find((sensor) => source.endsWith(sensor.sensor))?.discipline;
      return {
        source,
        kind: String(discipline ?? "source").toUpperCase(),
        measured_at_s: numberOf(row.measured_at_s),
        trust: numberOf(row.trust),
        residual_sigma: numberOf(row.residual_sigma),
        count: numberOf(row.count),
        label: labelOf(row.label),
      };
    })
    .sort((a, b) => (b.measured_at_s ?? 0) - (a.measured_at_s ?? 0));
}

function labelOf(value: Json | undefined): string | null {
  if (!isRow(value)) return null;
  const strings = (list: Json | undefined): string[] => (Array.isArray(list) ? list.map(String) : []);
  return labelText(Number(value.classification), strings(value.releasable_to), strings(value.caveats));
}

export function numberOf(value: Json | undefined): number | null {
  return typeof value === "number" ? value : null;
}

export function isRow(value: Json | undefined): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
