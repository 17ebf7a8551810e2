// avsc has neither Avro's canonical form nor its CRC-64: what stands before a value, by hand.

const FORM = {
  record: ["name", "type", "fields"],
  enum: ["name", "type", "symbols"],
  array: ["type", "items"],
  map: ["type", "values"],
};

/** Avro's parsing canonical form of a part of a schema, as plain data. */
function canonical(part, namespace) {
  if (Array.isArray(part)) return part.map((each) => canonical(each, namespace));
  if (typeof part === "string") return NAMES.has(part) ? part : full(part, namespace);
  const within = part.namespace ?? namespace;
  const order = FORM[part.type];
  if (!order) return canonical(part.type, within); // a logical type is no part of it
  const values = {
    name: part.name && full(part.name, within),
    type: part.type,
    fields: part.fields?.map((each) => ({ name: each.name, type: canonical(each.type, within) })),
    symbols: part.symbols,
    items: part.items && canonical(part.items, within),
    values: part.values && canonical(part.values, within),
  };
  return Object.fromEntries(order.map((name) => [name, values[name]]));
}

const NAMES = new Set(["null", "boolean", "int", "long", "float", "double", "bytes", "string"]);
const full = (name, namespace) => (name.includes(".") ? name : `${namespace}.${name}`);

const EMPTY = 0xc15d213aa4d7a795n;

function crc64(bytes) {
  let value = EMPTY;
  for (const byte of bytes) {
    value ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (value & 1n ? EMPTY : 0n);
  }
  return value;
}

/** C3 01 and the schema's fingerprint, the lowest byte first (Avro's single-object encoding). */
export function headOf(schema) {
  const head = Buffer.from([0xc3, 0x01, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64LE(crc64(Buffer.from(JSON.stringify(canonical(schema, schema.namespace)))), 2);
  return head;
}
