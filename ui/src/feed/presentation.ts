/**
 * When a drawn frame was on the screen.
 *
 * requestAnimationFrame runs before presentation, by 20 to 300 ms without a GPU. A tiny block-level
 * text added in the frame that draws, with an `elementtiming` name, makes Chromium report when that
 * very frame was presented. Elsewhere the next animation frame but one is taken, labelled estimated.
 */

import { browserNowS } from "./stream";

export interface Presentation {
  readonly seq: number;
  readonly drawn_at_s: number;
  readonly presented_at_s: number;
  readonly estimated: boolean;
}

export interface Presenter {
  /** Call inside the animation frame that drew frame `seq`. */
  drawn(seq: number): void;
  remove(): void;
}

interface ElementTiming extends PerformanceEntry {
  readonly identifier: string;
  readonly renderTime: number;
  readonly presentationTime?: number;
}

const NAME = /^cop-(\d+)$/;
/** A hidden page paints nothing: what is not presented by then never counts. */
const PENDING_MAX = 8;

export function addPresenter(
  container: HTMLElement,
  onPresented: (presentation: Presentation) => void,
): Presenter {
  const supported = PerformanceObserver.supportedEntryTypes.includes("element");
  const pending = new Map<number, number>();
  const report = (seq: number, presented_at_s: number, estimated: boolean): void => {
    const drawn_at_s = pending.get(seq);
    if (drawn_at_s === undefined) return;
    pending.delete(seq);
    onPresented({ seq, drawn_at_s, presented_at_s, estimated });
  };
  const observer = supported ? observe(report) : null;
  let beacon: HTMLElement | null = null;
  let turn = 0;
  return {
    drawn(seq) {
      pending.set(seq, browserNowS());
      for (const old of pending.keys()) {
        if (pending.size <= PENDING_MAX) break;
        pending.delete(old);
      }
      if (observer === null) {
        estimate(seq, report);
        return;
      }
      beacon?.remove();
      beacon = document.createElement("div");
      beacon.className = "beacon";
      beacon.setAttribute("aria-hidden", "true");
      beacon.setAttribute("elementtiming", `cop-${seq}`);
      // Two glyphs by turns: an unchanged picture of the page would not be painted anew.
      beacon.textContent = turn++ % 2 === 0 ? "·" : ".";
      container.append(beacon);
    },
    remove() {
      observer?.disconnect();
      beacon?.remove();
    },
  };
}

function observe(
  report: (seq: number, presented_at_s: number, estimated: boolean) => void,
): PerformanceObserver {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as ElementTiming[]) {
      const seq = NAME.exec(entry.identifier)?.[1];
      const at_ms = entry.presentationTime ?? entry.renderTime;
      if (seq !== undefined && at_ms > 0) report(Number(seq), (performance.timeOrigin + at_ms) / 1000, false);
    }
  });
  observer.observe({ type: "element", buffered: false });
  return observer;
}

function estimate(
  seq: number,
  report: (seq: number, presented_at_s: number, estimated: boolean) => void,
): void {
  requestAnimationFrame(() => requestAnimationFrame(() => report(seq, browserNowS(), true)));
}
