/** The left panel: what is shown, with counts, and how the feeds are. */

import { computed, type Signal } from "@preact/signals";
import { affiliationCss } from "../layers/colours";
import { LAYERS, type LayerName } from "../layers/situation";
import { countTracks } from "../picture/filter";
import { AFFILIATIONS, countText, DOMAINS } from "../picture/words";
import { Feeds } from "./feeds";
import { filter, layers, picture } from "./state";

/** Most dangerous first. */
const AFFILIATION_ORDER = [6, 5, 3, 2, 1, 0, 4];
const DOMAIN_ORDER = [2, 3, 1, 4, 5, 0];
const LAYER_WORDS: Readonly<Record<LayerName, string>> = {
  aou: "Uncertainty (AOU)",
  lob: "Lines of bearing",
  history: "Track history",
  leaders: "Speed leaders 6 min",
  labels: "Labels",
  sensors: "Sensors",
  coverage: "Sensor coverage",
  alerts: "Alert marks",
};

const counts = computed(() => (picture.value === null ? null : countTracks(picture.value)));

export function Filters() {
  return (
    <aside class="panel filters" aria-label="Filters and feeds" data-testid="filters">
      <fieldset>
        <legend>Affiliation</legend>
        {AFFILIATION_ORDER.map((code) => (
          <Bit
            key={code}
            kind="affiliation"
            bits={filter.value.affiliations}
            bit={code}
            name={AFFILIATIONS[code]}
            count={counts.value?.affiliations[code]}
            swatch={<Swatch affiliation={code} />}
            onChange={(affiliations) => {
              filter.value = { ...filter.value, affiliations };
            }}
          />
        ))}
      </fieldset>
      <fieldset>
        <legend>Domain</legend>
        {DOMAIN_ORDER.map((code) => (
          <Bit
            key={code}
            kind="domain"
            bits={filter.value.domains}
            bit={code}
            name={DOMAINS[code]}
            count={counts.value?.domains[code]}
            onChange={(domains) => {
              filter.value = { ...filter.value, domains };
            }}
          />
        ))}
      </fieldset>
      <fieldset>
        <legend>Layers</legend>
        {LAYERS.map((name) => (
          <label key={name} class="row">
            <input
              type="checkbox"
              data-testid={`layer-${name}`}
              checked={layers.value[name]}
              onChange={(event) => toggle(layers, name, event.currentTarget.checked)}
            />
            <span>{LAYER_WORDS[name]}</span>
          </label>
        ))}
      </fieldset>
      <Feeds />
    </aside>
  );
}

function Bit(props: {
  kind: "affiliation" | "domain";
  bits: number;
  bit: number;
  name: string;
  count: number | undefined;
  swatch?: preact.JSX.Element;
  onChange: (bits: number) => void;
}) {
  const mask = 1 << props.bit;
  return (
    <label class="row">
      <input
        type="checkbox"
        checked={(props.bits & mask) !== 0}
        data-testid={`${props.kind}-${props.name.toLowerCase().replaceAll(" ", "-")}`}
        onChange={(event) =>
          props.onChange(event.currentTarget.checked ? props.bits | mask : props.bits & ~mask)
        }
      />
      {props.swatch}
      <span>{props.name}</span>
      <b>{props.count === undefined ? "–" : countText(props.count)}</b>
    </label>
  );
}

function toggle(choice: Signal<Readonly<Record<LayerName, boolean>>>, name: LayerName, on: boolean): void {
  choice.value = { ...choice.value, [name]: on };
}

/** The affiliation's frame in its colour: shape and colour say the same. */
export function Swatch({ affiliation }: { affiliation: number }) {
  const fill = affiliationCss(affiliation);
  const shape =
    affiliation === 6 || affiliation === 5 ? (
      <path d="M6 .8 11.2 6 6 11.2.8 6Z" fill={fill} />
    ) : affiliation === 4 ? (
      <rect x="1.8" y="1.8" width="8.4" height="8.4" fill={fill} />
    ) : affiliation === 2 || affiliation === 3 ? (
      <circle cx="6" cy="6" r="4.6" fill={fill} />
    ) : (
      <path
        d="M6 1.2a2.4 2.4 0 0 1 2.4 2.4A2.4 2.4 0 0 1 8.4 8.4 2.4 2.4 0 0 1 3.6 8.4 2.4 2.4 0 0 1 3.6 3.6 2.4 2.4 0 0 1 6 1.2Z"
        fill={fill}
      />
    );
  return (
    <svg class="swatch" viewBox="0 0 12 12" aria-hidden="true">
      {shape}
      {(affiliation === 5 || affiliation === 2 || affiliation === 0) && (
        <text x="6" y="8.9" class="swatch-mark">
          ?
        </text>
      )}
    </svg>
  );
}
