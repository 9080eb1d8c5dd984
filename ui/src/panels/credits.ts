/** The reports that made a track in one cycle, read from the gateway's answer and worded. */

import type { Json } from "../feed/requests";
import { isRow, numberOf, type Row } from "./provenance";

export interface CycleOf {
  readonly cycle: number;
  readonly valid_at_s: number;
}

export interface CreditLine {
  readonly source: string;
  /** The report's id at its source: epoch, sequence, row. */
  readonly report: string;
  readonly measured_at_s: number | null;
  readonly residual_sigma: number | null;
  readonly weight: number | null;
  readonly trust: number | null;
  readonly founding: boolean;
}

export interface Told {
  readonly cycle: number;
  /** Cycles that can be asked for, newest first; the told one is among them. */
  readonly cycles: readonly CycleOf[];
  /** Newest first. */
  readonly credits: readonly CreditLine[];
  /** What is not in the list, in words; empty when all is. */
  readonly notes: readonly string[];
}

export const LINES_MAX = 200;

/** What an answer tells; null when it is no such answer. */
export function toldOf(body: Json): Told | null {
  if (!isRow(body)) return null;
  const cycle = numberOf(body.cycle);
  const valid_at_s = numberOf(body.valid_at_s);
  if (cycle === null || valid_at_s === null) return null;
  const credits = rowsOf(body.credits).map(lineOf);
  const unlisted = Math.max(0, credits.length - LINES_MAX) + (numberOf(body.left_out) ?? 0);
  const lost = numberOf(body.lost) ?? 0;
  return {
    cycle,
    cycles: cyclesOf(body.cycles, { cycle, valid_at_s }),
    credits: credits.slice(0, LINES_MAX),
    notes: [
      ...(unlisted > 0 ? [`${unlisted} older reports are not listed.`] : []),
      ...(lost > 0 ? [`Incomplete: ${lost} reports of this cycle were not noted.`] : []),
    ],
  };
}

function cyclesOf(list: Json | undefined, told: CycleOf): readonly CycleOf[] {
  const known = rowsOf(list).flatMap((row): CycleOf[] => {
    const [cycle, valid_at_s] = [numberOf(row.cycle), numberOf(row.valid_at_s)];
    return cycle === null || valid_at_s === null ? [] : [{ cycle, valid_at_s }];
  });
  const all = known.some(({ cycle }) => cycle === told.cycle) ? known : [...known, told];
  return [...all].sort((a, b) => b.cycle - a.cycle);
}

function lineOf(row: Row): CreditLine {
  const id = [row.epoch, row.sequence, row.row].map((part) => String(part ?? "?"));
  return {
    source: String(row.source ?? ""),
    report: `${id[0]}/${id[1]}/${id[2]}`,
    measured_at_s: numberOf(row.measured_at_s),
    residual_sigma: numberOf(row.residual_sigma),
    weight: numberOf(row.weight),
    trust: numberOf(row.trust),
    founding: row.founding === true,
  };
}

function rowsOf(list: Json | undefined): Row[] {
  return Array.isArray(list) ? list.filter(isRow) : [];
}
