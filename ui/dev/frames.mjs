// A world as one frame of bytes: header, then columns that each begin at a multiple of eight.

const ARRAYS = { f8: Float64Array, f4: Float32Array, u4: Uint32Array, u2: Uint16Array, u1: Uint8Array };

export function frameOf(world, head) {
  const rows = head.type === "snapshot" ? world.rows() : world.changedRows();
  const removed = head.type === "snapshot" ? [] : world.removed;
  const columns = [...world.trackColumns(rows), ["removed", "u4", 1, removed], ...world.lobColumns()];
  const header = {
    ...head,
    simulated: true,
    exercise: world.exercise,
    cycle: world.cycle,
    valid_from_s: world.valid_at_s - head.cycle_s,
    valid_at_s: world.valid_at_s,
    closed_at_s: head.due_at_s + 0.02,
    published_at_s: head.due_at_s + 0.05,
    received_at_s: head.due_at_s + 0.06,
    caught_up: true,
    clock: world.clock,
    label: { classification: 1, releasable_to: ["USA", "JPN", "KOR"], caveats: ["EXERCISE"] },
    tracks: world.rows().length,
    rows: rows.length,
    sidcs: world.sidcs,
    names: world.names,
    caveat_sets: [[], ["ORCON"]],
    sources: world.sources,
    alerts: world.alerts(),
    sensors: world.sensors(),
    arrivals: {},
  };
  const places = columns.map(([name, dtype, width, values]) => ({
    name,
    dtype,
    width,
    length: values.length,
    offset: 0,
  }));
  const room = Math.ceil((JSON.stringify({ ...header, columns: places }).length * 2 + 4096) / 8) * 8;
  let offset = 8 + room;
  for (const place of places) {
    place.offset = offset;
    offset += Math.ceil((place.length * ARRAYS[place.dtype].BYTES_PER_ELEMENT) / 8) * 8;
  }
  const buffer = new ArrayBuffer(offset);
  new DataView(buffer).setUint32(0, 0x31505254, true);
  new DataView(buffer).setUint32(4, room, true);
  const text = new TextEncoder().encode(JSON.stringify({ ...header, columns: places }).padEnd(room));
  new Uint8Array(buffer).set(text.subarray(0, room), 8);
  for (const [k, [, dtype, , values]] of columns.entries()) {
    new ARRAYS[dtype](buffer, places[k].offset, values.length).set(values);
  }
  return Buffer.from(buffer);
}
