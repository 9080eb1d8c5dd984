/** What draws a display list: WebGL2 where there is some, a 2-D canvas otherwise. */

import type { Camera } from "../map/camera";
import type { Atlas } from "./atlas";
import type { Drawing } from "./drawing";

export interface Surface {
  readonly kind: "webgl2" | "canvas";
  /** True where pixels are made by the processor, so that a redraw is dear. */
  readonly software: boolean;
  /** Take a new display list; the arrays are read now and not kept. */
  load(drawing: Drawing, atlas: Atlas): void;
  /** Draw what was loaded, `ahead_s` exercise seconds after the picture's validity. */
  render(camera: Camera, ahead_s: number): void;
  remove(): void;
}
