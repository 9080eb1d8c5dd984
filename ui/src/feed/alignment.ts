/**
 * The server's clock, as seen from here: four time stamps an exchange, the best exchange wins.
 *
 * The offset of an exchange is wrong by at most half its round trip (when one way took all of it), so
 * of the last exchanges the one with the least round trip is kept, and half of it is shown as the error.
 */

export interface Exchange {
  readonly client_sent_s: number;
  readonly server_received_s: number;
  readonly server_sent_s: number;
  readonly client_received_s: number;
}

export interface Alignment {
  /** Add to a browser time to get the server's. */
  readonly offset_s: number;
  /** Half the best round trip. */
  readonly error_s: number;
  readonly recent: readonly { readonly offset_s: number; readonly round_trip_s: number }[];
}

/** Enough to bridge a burst of queueing, few enough to follow a drifting clock within two minutes. */
const EXCHANGES_MAX = 24;

export const UNALIGNED: Alignment = { offset_s: 0, error_s: Number.POSITIVE_INFINITY, recent: [] };

/** Take one more exchange into account; one with a negative round trip is impossible and ignored. */
export function align(alignment: Alignment, exchange: Exchange): Alignment {
  const round_trip_s =
    exchange.client_received_s -
    exchange.client_sent_s -
    (exchange.server_sent_s - exchange.server_received_s);
  if (!(round_trip_s >= 0)) return alignment;
  const offset_s =
    (exchange.server_received_s -
      exchange.client_sent_s +
      (exchange.server_sent_s - exchange.client_received_s)) /
    2;
  const recent = [...alignment.recent, { offset_s, round_trip_s }].slice(-EXCHANGES_MAX);
  const best = recent.reduce((least, next) => (next.round_trip_s <= least.round_trip_s ? next : least));
  return { offset_s: best.offset_s, error_s: best.round_trip_s / 2, recent };
}
