// A stand-in for the gateway while working on the page: synthetic frames as docs/reference/stream.md says.
//
//   node dev/stream_server.mjs [--tracks 10000] [--cycle 10] [--port 8787]
//
// It serves the built page, the stream (snapshot, then deltas), and enough of REST for the panels.
// Nothing here is measured or fused: it exists to look at the page and to break it.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { frameOf } from "./frames.mjs";
import { World } from "./world.mjs";

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const CYCLE_S = option("cycle", 10);
const PAGE = fileURLToPath(new URL("../../gateway/page/", import.meta.url));
const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".geojson": "application/geo+json",
  ".woff2": "font/woff2",
};

const nowS = () => (performance.timeOrigin + performance.now()) / 1000;
const world = new World(option("tracks", 10_000), nowS());

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const json = (body, status = 200) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  if (pathname === "/api/v1/health")
    return json({
      services: ["fusion", "gateway", "producers"].map((service) => ({ service, state: "online" })),
      reasons: [],
    });
  const track = /^\/api\/v1\/tracks\/(\d+)$/.exec(pathname);
  if (track) return json(world.provenance(Number(track[1])));
  if (pathname === "/api/v1/injects" && request.method === "POST")
    return json(await world.inject(request, nowS()), 202);
  const path = normalize(join(PAGE, pathname === "/" ? "index.html" : pathname));
  if (!path.startsWith(PAGE)) return response.writeHead(404).end();
  try {
    response
      .writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" })
      .end(await readFile(path));
  } catch {
    response.writeHead(404).end();
  }
});

const sessions = new Set();
const sockets = new WebSocketServer({ server, path: "/api/v1/stream", perMessageDeflate: false });
sockets.on("connection", (socket, request) => {
  const scope = new URL(request.url ?? "/", "http://localhost").searchParams.get("scope") ?? "ALL";
  const session = { socket, scope, seq: 0, fresh: true };
  sessions.add(session);
  socket.on("close", () => sessions.delete(session));
  socket.send(
    JSON.stringify({
      type: "hello",
      session: "dev",
      exercise: world.exercise,
      scope,
      scopes: ["ALL", "USA", "JPN", "KOR"],
      simulated: true,
      server_time_s: nowS(),
      cycle_s: CYCLE_S,
      ping_s: 5,
    }),
  );
  socket.on("message", (data) => {
    const received = nowS();
    const message = JSON.parse(String(data));
    if (message.type === "ping")
      socket.send(
        JSON.stringify({
          type: "pong",
          client_sent_s: message.client_sent_s,
          server_received_s: received,
          server_sent_s: nowS(),
        }),
      );
    if (message.type === "resync") send(session, true);
    if (message.type === "presented")
      console.log(
        `presented cycle=${message.cycle} after_sent=${((message.presented_at_s - session.sent_at_s) * 1000).toFixed(0)}ms decode=${((message.decoded_at_s - session.sent_at_s) * 1000).toFixed(0)}ms drawn=${((message.drawn_at_s - session.sent_at_s) * 1000).toFixed(0)}ms est=${message.estimated}`,
      );
  });
  send(session, true);
});

function send(session, whole) {
  const base_seq = session.seq;
  session.seq++;
  session.sent_at_s = nowS();
  session.socket.send(
    frameOf(world, {
      type: whole ? "snapshot" : "delta",
      seq: session.seq,
      base_seq,
      scope: session.scope,
      cycle_s: CYCLE_S,
      sent_at_s: session.sent_at_s,
      due_at_s: world.due_at_s,
      next_due_at_s: world.due_at_s + CYCLE_S,
    }),
  );
}

setInterval(() => {
  world.step(CYCLE_S, nowS());
  for (const session of sessions) send(session, false);
}, CYCLE_S * 1000);

server.listen(option("port", 8787), "127.0.0.1", () =>
  console.log(`http://127.0.0.1:${server.address().port}/`),
);
