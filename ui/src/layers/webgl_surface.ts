/**
 * The fast surface: lines as instanced quads, symbols as point sprites, each sheet one draw call.
 *
 * Point sprites because without a GPU they cost half of what textured quads do (195 against 382 ms for
 * 10,000 until the pixels are done). Moving the map changes uniforms only; nothing is uploaded again.
 */

import type { Camera } from "../map/camera";
import { type Atlas, COLUMNS } from "./atlas";
import {
  FADE_FROM_S,
  FADE_TO_S,
  LINE_COLOURS,
  LINE_FLOATS,
  type Origin,
  SHEETS,
  type Sheet,
  SPRITE_FLOATS,
} from "./drawing";
import type { Surface } from "./surface";

const PLACE = `#version 300 es
precision highp float;
uniform vec2 centre;     // camera, relative to the drawing's origin, world sides
uniform float world_px;
uniform vec2 viewport;   // CSS pixels
uniform float ahead_s;
uniform float ratio;
vec2 toScreen(vec2 place, vec2 velocity) {
  vec2 d = place + velocity * ahead_s - centre;
  d.x -= round(d.x);     // the nearest copy of the world
  return d * world_px;
}
vec4 toClip(vec2 px) { return vec4(px * 2.0 / viewport * vec2(1.0, -1.0), 0.0, 1.0); }
`;

const SPRITE_VERTEX = `${PLACE}
in vec4 placed;          // place, velocity
in vec3 look;            // cell, age at validity, strength
uniform float cell_px;
uniform vec2 cells;      // columns, rows
flat out vec2 corner;
flat out float strength;
void main() {
  vec2 px = toScreen(placed.xy, placed.zw);
  px = (floor(px * ratio + viewport * ratio * 0.5 + 0.5) - viewport * ratio * 0.5) / ratio;
  float fade = clamp((look.y + ahead_s - ${FADE_FROM_S.toFixed(1)}) / ${(FADE_TO_S - FADE_FROM_S).toFixed(1)}, 0.0, 1.0);
  strength = look.z * (1.0 - 0.6 * fade);
  corner = vec2(mod(look.x, cells.x), floor(look.x / cells.x));
  gl_Position = toClip(px);
  gl_PointSize = cell_px * ratio;
}`;

const SPRITE_FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D sheet;
uniform vec2 cells;
flat in vec2 corner;
flat in float strength;
out vec4 colour;
void main() { colour = texture(sheet, (corner + gl_PointCoord) / cells) * strength; }`;

const LINE_VERTEX = `${PLACE}
in vec4 placed;          // anchor, velocity
in vec4 ends;            // from, to: relative to the anchor
in float width;
in vec4 from_colour;
in vec4 to_colour;
out vec4 shade;
out float across;
flat out float half_px;
void main() {
  vec2 anchor = toScreen(placed.xy, placed.zw);
  vec2 from = anchor + ends.xy * world_px;
  vec2 to = anchor + ends.zw * world_px;
  vec2 along = to - from;
  float size = length(along);
  along = size > 0.0 ? along / size : vec2(1.0, 0.0);
  float side = float(gl_VertexID & 1) * 2.0 - 1.0;
  float end = float(gl_VertexID >> 1);
  half_px = width * 0.5;
  float reach = half_px + 0.75;
  across = side * reach;
  shade = mix(from_colour, to_colour, end);
  gl_Position = toClip(mix(from, to, end) + vec2(-along.y, along.x) * across);
}`;

const LINE_FRAGMENT = `#version 300 es
precision highp float;
in vec4 shade;
in float across;
flat in float half_px;
out vec4 colour;
void main() {
  float alpha = shade.a * clamp(half_px + 0.5 - abs(across), 0.0, 1.0);
  colour = vec4(shade.rgb * alpha, alpha);
}`;

interface Program {
  readonly program: WebGLProgram;
  readonly uniform: (name: string) => WebGLUniformLocation | null;
}

interface SheetState {
  readonly texture: WebGLTexture;
  readonly buffer: WebGLBuffer;
  readonly array: WebGLVertexArrayObject;
  count: number;
  cell_px: number;
  rows: number;
  revision: number;
}

/**
 * Add the canvas; null where the browser has no WebGL2 to give.
 *
 * @param onRestored called when a lost graphics context is back and everything must be loaded again.
 */
export function addWebglSurface(container: HTMLElement, onRestored: () => void): Surface | null {
  const canvas = document.createElement("canvas");
  canvas.className = "layer";
  canvas.setAttribute("aria-hidden", "true");
  const gl = canvas.getContext("webgl2", { antialias: false, depth: false, premultipliedAlpha: true });
  if (gl === null) return null;
  container.append(canvas);

  let parts = setUp(gl);
  let origin: Origin = { x: 0.5, y: 0.5 };
  let lineCount = 0;
  let lastAtlas: Atlas | null = null;
  let lost = false;
  const onLost = (event: Event): void => {
    event.preventDefault();
    lost = true;
  };
  const onBack = (): void => {
    parts = setUp(gl);
    lost = false;
    lineCount = 0;
    lastAtlas = null;
    onRestored();
  };
  canvas.addEventListener("webglcontextlost", onLost);
  canvas.addEventListener("webglcontextrestored", onBack);

  return {
    kind: "webgl2",
    software: isSoftware(gl),
    load(drawing, atlas) {
      if (lost) return;
      origin = drawing.origin;
      lineCount = drawing.lineCount;
      upload(gl, parts.lineBuffer, drawing.lines.subarray(0, lineCount * LINE_FLOATS));
      upload(gl, parts.colourBuffer, drawing.lineColours.subarray(0, lineCount * LINE_COLOURS));
      for (const name of SHEETS) {
        const sheet = parts.sheets[name];
        const image = atlas.images[name];
        sheet.count = drawing.spriteCounts[name];
        upload(gl, sheet.buffer, drawing.sprites[name].subarray(0, sheet.count * SPRITE_FLOATS));
        if (atlas !== lastAtlas || sheet.revision !== image.revision) loadImage(gl, sheet, atlas, name);
      }
      lastAtlas = atlas;
    },
    render(camera, ahead_s) {
      if (lost) return;
      const width = Math.round(camera.width_px * camera.ratio);
      const height = Math.round(camera.height_px * camera.ratio);
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
      }
      gl.viewport(0, 0, width, height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      if (lineCount > 0) {
        use(gl, parts.line, camera, origin, ahead_s);
        gl.bindVertexArray(parts.lineArray);
        gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, lineCount);
      }
      for (const name of SHEETS) {
        const sheet = parts.sheets[name];
        if (sheet.count === 0) continue;
        use(gl, parts.sprite, camera, origin, ahead_s);
        gl.bindTexture(gl.TEXTURE_2D, sheet.texture);
        gl.uniform1f(parts.sprite.uniform("cell_px"), sheet.cell_px);
        gl.uniform2f(parts.sprite.uniform("cells"), COLUMNS, sheet.rows);
        gl.bindVertexArray(sheet.array);
        gl.drawArrays(gl.POINTS, 0, sheet.count);
      }
      gl.bindVertexArray(null);
    },
    remove() {
      canvas.removeEventListener("webglcontextlost", onLost);
      canvas.removeEventListener("webglcontextrestored", onBack);
      gl.getExtension("WEBGL_lose_context")?.loseContext();
      canvas.remove();
    },
  };
}

function setUp(gl: WebGL2RenderingContext) {
  const line = link(gl, LINE_VERTEX, LINE_FRAGMENT);
  const sprite = link(gl, SPRITE_VERTEX, SPRITE_FRAGMENT);
  const lineBuffer = gl.createBuffer();
  const colourBuffer = gl.createBuffer();
  const lineArray = gl.createVertexArray();
  gl.bindVertexArray(lineArray);
  gl.bindBuffer(gl.ARRAY_BUFFER, lineBuffer);
  attribute(gl, line, "placed", 4, gl.FLOAT, LINE_FLOATS * 4, 0, 1);
  attribute(gl, line, "ends", 4, gl.FLOAT, LINE_FLOATS * 4, 16, 1);
  attribute(gl, line, "width", 1, gl.FLOAT, LINE_FLOATS * 4, 32, 1);
  gl.bindBuffer(gl.ARRAY_BUFFER, colourBuffer);
  attribute(gl, line, "from_colour", 4, gl.UNSIGNED_BYTE, LINE_COLOURS, 0, 1);
  attribute(gl, line, "to_colour", 4, gl.UNSIGNED_BYTE, LINE_COLOURS, 4, 1);
  const sheetState = (): SheetState => {
    const buffer = gl.createBuffer();
    const array = gl.createVertexArray();
    gl.bindVertexArray(array);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    attribute(gl, sprite, "placed", 4, gl.FLOAT, SPRITE_FLOATS * 4, 0, 0);
    attribute(gl, sprite, "look", 3, gl.FLOAT, SPRITE_FLOATS * 4, 16, 0);
    return { texture: gl.createTexture(), buffer, array, count: 0, cell_px: 0, rows: 1, revision: -1 };
  };
  const sheets: Record<Sheet, SheetState> = {
    dot: sheetState(),
    small: sheetState(),
    medium: sheetState(),
    large: sheetState(),
  };
  gl.bindVertexArray(null);
  return { line, sprite, lineBuffer, colourBuffer, lineArray, sheets };
}

function use(
  gl: WebGL2RenderingContext,
  part: Program,
  camera: Camera,
  origin: Origin,
  ahead_s: number,
): void {
  gl.useProgram(part.program);
  // Subtracted in double precision; what is left is small wherever anything is in view.
  gl.uniform2f(part.uniform("centre"), camera.centre_x - origin.x, camera.centre_y - origin.y);
  gl.uniform1f(part.uniform("world_px"), camera.world_px);
  gl.uniform2f(part.uniform("viewport"), camera.width_px, camera.height_px);
  gl.uniform1f(part.uniform("ahead_s"), ahead_s);
  gl.uniform1f(part.uniform("ratio"), camera.ratio);
}

function loadImage(gl: WebGL2RenderingContext, sheet: SheetState, atlas: Atlas, name: Sheet): void {
  const image = atlas.images[name];
  gl.bindTexture(gl.TEXTURE_2D, sheet.texture);
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, image.canvas);
  // Cells are drawn at the screen's own resolution and on whole pixels: no filter, no blur.
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  sheet.cell_px = image.cell_px;
  sheet.rows = image.canvas.height / (image.cell_px * atlas.ratio);
  sheet.revision = image.revision;
}

function upload(gl: WebGL2RenderingContext, buffer: WebGLBuffer, values: Float32Array | Uint8Array): void {
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
}

function attribute(
  gl: WebGL2RenderingContext,
  part: Program,
  name: string,
  size: number,
  type: number,
  stride: number,
  offset: number,
  divisor: number,
): void {
  const place = gl.getAttribLocation(part.program, name);
  gl.enableVertexAttribArray(place);
  gl.vertexAttribPointer(place, size, type, type === gl.UNSIGNED_BYTE, stride, offset);
  gl.vertexAttribDivisor(place, divisor);
}

function link(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(kind);
    if (shader === null) throw new Error("wanted a shader, got a lost WebGL context");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    const logs = gl.getAttachedShaders(program)?.map((shader) => gl.getShaderInfoLog(shader));
    throw new Error(`the track shader does not link: ${gl.getProgramInfoLog(program)} ${logs?.join(" ")}`);
  }
  const places = new Map<string, WebGLUniformLocation | null>();
  const uniform = (name: string): WebGLUniformLocation | null => {
    if (!places.has(name)) places.set(name, gl.getUniformLocation(program, name));
    return places.get(name) ?? null;
  };
  return { program, uniform };
}

function isSoftware(gl: WebGL2RenderingContext): boolean {
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL));
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}
