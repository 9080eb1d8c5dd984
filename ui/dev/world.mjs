// A made-up sea full of tracks, for looking at the page. No truth, no sensors, no fusion.

const STARTEX_S = Date.UTC(2031, 4, 14, 8, 30) / 1000;
const D = Math.PI / 180;
/** Lanes between Taiwan, Japan and Korea: lat, lon of both ends, spread in degrees, share of traffic. */
const LANES = [
  [[21.5, 117.5], [25.5, 120.6], 0.6, 3],
  [[25.5, 121.0], [31.0, 124.0], 1.0, 3],
  [[31.0, 124.0], [34.5, 124.6], 0.8, 2],
  [[22.0, 121.6], [29.5, 130.2], 0.8, 3],
  [[29.5, 130.8], [33.5, 137.5], 0.7, 2],
  [[33.9, 127.2], [34.6, 129.3], 0.4, 2],
  [[20.0, 123.0], [30.0, 136.0], 2.5, 2],
  [[35.2, 130.3], [38.0, 133.0], 0.8, 1],
];
const AIR = ["01110104", "01110110", "01110300", "01120100"];
const SEA = ["30120203", "30120204", "30120205", "30120500"];
const TRADE = ["30140101", "30140109", "30140105", "30140200"];
const CODE_OF = {
  "01110104": 3,
  "01110110": 4,
  "01110300": 7,
  "01120100": 9,
  30120203: 10,
  30120204: 11,
  30120205: 12,
  30120500: 14,
  30140101: 15,
  30140109: 16,
  30140105: 17,
  30140200: 18,
  30000000: 2,
};
const SENSORS = [
  ["usa-radar-1", "radar", 26.3, 127.8, 370e3],
  ["jpn-radar-1", "radar", 24.8, 125.3, 400e3],
  ["jpn-radar-2", "radar", 33.6, 129.7, 300e3],
  ["kor-radar-1", "radar", 33.3, 126.2, 320e3],
  ["usa-sigint-1", "sigint", 26.4, 127.7, 450e3],
  ["jpn-sigint-1", "sigint", 24.4, 123.0, 450e3],
  ["kor-sigint-1", "sigint", 33.2, 126.6, 450e3],
  ["jpn-cyber-1", "cyber", null, null, null],
  ["usa-cyber-1", "cyber", null, null, null],
];

export class World {
  constructor(count, wall_s) {
    this.exercise = "corridor-dev";
    this.random = generator(7);
    this.cycle = 0;
    this.valid_at_s = STARTEX_S + 1560;
    this.due_at_s = wall_s;
    this.clock = {
      exercise: this.exercise,
      kind: "clock/1",
      startex_s: STARTEX_S,
      wall_at_s: wall_s,
      exercise_at_s: this.valid_at_s,
      rate: 1,
      running: true,
      revision: 1,
      run: 1,
    };
    this.sources = SENSORS.map(([name]) => name);
    this.sidcs = [];
    this.names = ["", "MV Halcyon", "MT Larkspur", "MV Osprey Bay"];
    this.tracks = Array.from({ length: count }, (_, k) => this.make(k));
    this.removed = [];
    this.injected = 0;
  }

  make(k) {
    const r = this.random;
    const kind = k < 63 ? 6 : k < 108 ? 5 : k < 152 ? 3 : r() < 0.2 ? 1 : 4;
    const lane = LANES[Math.floor(r() * LANES.length)];
    const at = r();
    const spread = kind === 6 || kind === 5 ? 1.2 : lane[2] * (0.4 + r());
    const lat = lane[0][0] + (lane[1][0] - lane[0][0]) * at + (r() + r() - 1) * spread;
    const lon = lane[0][1] + (lane[1][1] - lane[0][1]) * at + (r() + r() - 1) * spread;
    const flies = r() < (kind === 4 ? 0.3 : kind === 1 ? 0.2 : 0.45);
    const entity = pick(
      r,
      flies ? (kind === 4 ? ["01120100"] : AIR) : kind === 4 ? TRADE : kind === 1 ? ["30000000"] : SEA,
    );
    const speed = flies ? 130 + r() * 120 : kind === 4 ? 3 + r() * 8 : 4 + r() * 11;
    const course =
      r() < 0.5
        ? Math.atan2(lane[1][1] - lane[0][1], lane[1][0] - lane[0][0]) + (r() - 0.5) * 0.6
        : r() * 2 * Math.PI;
    const major = (kind === 4 ? 150 : 800) * (0.3 + 3 * r() * r() * (kind === 6 ? 4 : 1));
    return {
      number: 1 + k + Math.floor(k / 7),
      lat,
      lon,
      vn: speed * Math.cos(course),
      ve: speed * Math.sin(course),
      kind,
      flies,
      sidc: this.sidcOf(kind, entity),
      type: CODE_OF[entity],
      major,
      minor: major * (0.25 + 0.6 * r()),
      tilt: r() * Math.PI,
      height: flies ? 2000 + r() * 9000 : NaN,
      last: this.valid_at_s - r() * 9,
      turn: (r() - 0.5) * 0.02,
      status: r() < 0.93 ? 1 : r() < 0.5 ? 0 : 2,
      changed: true,
      name: kind === 4 && k % 900 === 0 ? 1 + ((k / 900) % 3) : 0,
      spoofed: k === 900,
    };
  }

  sidcOf(kind, entity) {
    const sidc = `102${kind}${entity.slice(0, 2)}0000${entity.slice(2)}0000`;
    const at = this.sidcs.indexOf(sidc);
    return at >= 0 ? at : this.sidcs.push(sidc) - 1;
  }

  step(cycle_s, wall_s) {
    this.cycle++;
    this.valid_at_s += cycle_s;
    this.due_at_s = wall_s;
    for (const track of this.tracks) {
      track.changed = this.random() < (track.flies ? 0.9 : 0.4);
      const [s, c] = [Math.sin(track.turn * cycle_s * 0.05), Math.cos(track.turn * cycle_s * 0.05)];
      if (track.flies) [track.ve, track.vn] = [track.ve * c + track.vn * s, track.vn * c - track.ve * s];
      track.lat += (track.vn * cycle_s) / 111_200;
      track.lon += (track.ve * cycle_s) / (111_200 * Math.cos(track.lat * D));
      if (track.changed) track.last = this.valid_at_s - this.random() * Math.min(9, cycle_s);
    }
    this.removed = [];
    if (this.cycle % 5 === 0) {
      const gone = 200 + Math.floor(this.random() * 500);
      this.removed = [this.tracks[gone].number];
      this.tracks.splice(gone, 1);
    }
  }

  rows() {
    return this.tracks;
  }

  changedRows() {
    return this.tracks.filter((track) => track.changed);
  }

  trackColumns(rows) {
    const one = (name, dtype, of) => [name, dtype, 1, rows.map(of)];
    const many = (name, dtype, width, of) => [name, dtype, width, rows.flatMap(of)];
    return [
      one("track_number", "u4", (t) => t.number),
      one("status", "u1", (t) => t.status),
      one("lat_deg", "f8", (t) => t.lat),
      one("lon_deg", "f8", (t) => t.lon),
      one("height_m", "f4", (t) => t.height),
      one("height_sigma_m", "f4", () => 120),
      one("v_east_m_per_s", "f4", (t) => t.ve),
      one("v_north_m_per_s", "f4", (t) => t.vn),
      one("v_up_m_per_s", "f4", () => 0),
      many("covariance", "f4", 10, covarianceOf),
      one("affiliation", "u1", (t) => t.kind),
      many("identity", "f4", 3, (t) =>
        t.kind === 6
          ? [0.02, 0.05, 0.93]
          : t.kind === 3
            ? [0.96, 0.03, 0.01]
            : t.kind === 4
              ? [0.04, 0.94, 0.02]
              : [0.2, 0.4, 0.4],
      ),
      one("domain", "u1", (t) => (t.flies ? 1 : 2)),
      many("platform_candidate", "u1", 3, (t) => [t.type, 0, 2]),
      many("platform_probability", "f4", 3, () => [0.71, 0.2, 0.09]),
      one("quality", "f4", () => 0.9),
      one("trust", "f4", (t) => (t.spoofed ? 0.4 : 1)),
      one("trust_flags", "u1", (t) => (t.spoofed ? 1 : 0)),
      one("founded_at_s", "f8", () => STARTEX_S + 300),
      many("last_contribution_s", "f8", 4, (t) => [
        t.last,
        t.kind > 4 ? t.last - 4 : NaN,
        t.kind === 4 ? t.last - 2 : NaN,
        NaN,
      ]),
      one("classification", "u1", (t) => (t.kind > 4 ? 2 : 0)),
      one("releasable_mask", "u1", () => 7),
      one("caveats", "u2", (t) => (t.kind === 6 ? 1 : 0)),
      one("claimed_lat_deg", "f8", (t) => (t.spoofed ? t.lat + 0.9 : NaN)),
      one("claimed_lon_deg", "f8", (t) => (t.spoofed ? t.lon + 0.7 : NaN)),
      one("name", "u2", (t) => t.name),
      one("sidc", "u2", (t) => t.sidc),
    ];
  }

  lobColumns() {
    const aimed = this.tracks.slice(0, 40).map((track, k) => {
      const [, , lat, lon, range] = SENSORS[4 + (k % 3)];
      const bearing = Math.atan2((track.lon - lon) * Math.cos(lat * D), track.lat - lat);
      return { source: 4 + (k % 3), lat, lon, bearing, range, at: this.valid_at_s - (k % 9) * 14 };
    });
    const one = (name, dtype, of) => [name, dtype, 1, aimed.map(of)];
    return [
      one("lob_source", "u2", (l) => l.source),
      one("lob_lat_deg", "f8", (l) => l.lat),
      one("lob_lon_deg", "f8", (l) => l.lon),
      one("lob_bearing_rad", "f4", (l) => l.bearing),
      one("lob_sigma_rad", "f4", () => 0.02),
      one("lob_range_max_m", "f4", (l) => l.range),
      one("lob_frequency_hz", "f4", () => 9.4e9),
      one("lob_measured_at_s", "f8", (l) => l.at),
    ];
  }

  alerts() {
    const label = { classification: 1, releasable_to: ["USA", "JPN", "KOR"], caveats: [] };
    const base = { lat_deg: null, lon_deg: null, track_number: null, sensor: null, evidence: [], label };
    const spoofed = this.tracks.find((track) => track.spoofed);
    return [
      {
        ...base,
        alert_id: "a-1",
        alert_kind: "self-report-disputed",
        severity: "warning",
        raised_at_s: STARTEX_S + 1500,
        text: `${"T"}${spoofed?.number} claims a position 62 NM from where radar holds it`,
        track_number: spoofed?.number ?? null,
        evidence: ["radar jpn-radar-1 holds it with 0.4 NM", "AIS claim differs by 62 NM"],
      },
      {
        ...base,
        alert_id: "a-2",
        alert_kind: "new-hostile",
        severity: "critical",
        raised_at_s: STARTEX_S + 1530,
        text: "New hostile air track, emitter EX-303",
        track_number: this.tracks[3].number,
        evidence: ["intercept EX-303 at 9.70 GHz, 0.93"],
      },
      {
        ...base,
        alert_id: "a-3",
        alert_kind: "jamming",
        severity: "warning",
        raised_at_s: STARTEX_S + 1400,
        text: "GNSS jamming within 30 NM",
        lat_deg: 33.9,
        lon_deg: 128.1,
      },
    ];
  }

  sensors() {
    return SENSORS.map(([sensor, discipline, lat_deg, lon_deg, range_max_m], k) => ({
      sensor,
      discipline,
      lat_deg,
      lon_deg,
      range_max_m,
      last_measured_s: this.valid_at_s - 1 - k,
      batches: 100,
      reports: 9000,
      trust: k === 1 ? 0.5 : 1,
      effect: k === 1 ? "degraded-accuracy" : "none",
    }));
  }

  provenance(number) {
    const track = this.tracks.find((candidate) => candidate.number === number);
    if (!track) return { detail: `track ${number} is not in this picture` };
    return {
      track_number: number,
      contributions: [0, 4, 7].map((k) => ({
        source: SENSORS[k][0],
        discipline: SENSORS[k][1],
        measured_at_s: track.last - k,
        trust: 1 - k / 10,
        residual_sigma: 0.8,
        count: 40 + k,
        label: { classification: 1, releasable_to: ["USA", "JPN"], caveats: [] },
      })),
    };
  }

  async inject(request, wall_s) {
    let body = "";
    for await (const part of request) body += part;
    const asked = JSON.parse(body);
    this.injected++;
    const inject = {
      inject_id: `inj-${String(this.injected).padStart(4, "0")}`,
      effective_at_s: this.valid_at_s + wall_s - this.due_at_s + 1,
      accepted_at_s: wall_s,
      request: asked,
    };
    return { simulated: true, request_id: asked.request_id, inject };
  }
}

function covarianceOf({ major, minor, tilt }) {
  const [a, b] = [(major / 2.448) ** 2, (minor / 2.448) ** 2];
  const [s, c] = [Math.sin(tilt), Math.cos(tilt)];
  return [a * s * s + b * c * c, (a - b) * s * c, 0, 0, a * c * c + b * s * s, 0, 0, 25, 0, 25];
}

function pick(random, list) {
  return list[Math.floor(random() * list.length)];
}

function generator(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}
