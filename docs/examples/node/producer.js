// Sends the events of one visit: `node producer.js CUSTOMER VISIT [ROLE]`.
//
// With a role, service-system or customer-channel, only what that one writes. Needs the schemas, and
// nothing else of recourse. Run again, it sends the same events again: nothing
// more comes of them.
import { readFileSync } from "node:fs";

import avro from "avsc";
import { Kafka } from "kafkajs";

import { access } from "./access.js";
import { headOf } from "./heads.js";

const SCHEMAS = process.env.SCHEMAS ?? "../../../schemas";
const REGISTRY = process.env.REGISTRY;

/** An event as the value of a record: the bytes that say which schema wrote it, and the Avro body. */
async function encode(topic, name, event) {
  const text = readFileSync(`${SCHEMAS}/avro/${name}.avsc`, "utf8");
  const body = avro.Type.forSchema(JSON.parse(text)).toBuffer(event); // who sends many keeps the type
  let head = headOf(JSON.parse(text));
  if (REGISTRY) {
    // Confluent's framing: a zero byte, and the number of this schema, not of the latest.
    const answer = await fetch(`${REGISTRY}/subjects/${topic}-value`, {
      method: "POST",
      headers: { "Content-Type": "application/vnd.schemaregistry.v1+json" },
      body: JSON.stringify({ schema: text }),
    });
    if (!answer.ok) throw new Error(`the registry: ${answer.status} ${await answer.text()}`);
    head = Buffer.alloc(5);
    head.writeUInt32BE((await answer.json()).id, 1);
  }
  return Buffer.concat([head, body]);
}

/** The visit: what it costs is agreed on, then it costs 30 % more, then the customer objects. */
function events(customer, visit) {
  const at = (minutes) => Date.now() - minutes * 60_000; // when it happened, in ms UTC
  const told = { customer_id: customer, visit_id: visit, site_id: "columbus" };
  const car = { ...told, vehicle_id: `car-of-${customer}` };
  // An event_id is made from what it names, so that sending it again can be no second event.
  const estimate = (minutes, revision, total, subtotal) => [
    "service.estimates",
    "estimate",
    {
      ...car, event_id: `${visit}:e1:${revision}`, occurred_at: at(minutes), estimate_id: `${visit}-e1`, revision,
      currency: "USD", total, subtotal, // cents, with tax
      lines: [{ operation: "brakes", claim_id: null, amount: subtotal }],
    },
  ];
  const response = (minutes, said) => [
    "service.customer-responses",
    "customer_response",
    {
      ...told, event_id: `${visit}:${said}`, occurred_at: at(minutes), response: said,
      subject: "ESTIMATE", subject_id: `${visit}-e1`,
    },
  ];
  const checkIn = [
    "service.check-ins",
    "check_in",
    {
      ...car, event_id: `${visit}:check-in`, occurred_at: at(180), language: "en",
      channels: ["APP", "SMS"], symptoms: ["noise when braking"],
    },
  ];
  return [
    checkIn, estimate(120, 1, 40_000, 37_200), response(60, "AUTHORISED"),
    estimate(1, 2, 52_000, 48_360), response(0, "DISPUTED"),
  ];
}

/** The role that writes there: a centre must not say its customer's yes. */
const writer = (topic) => (topic === "service.customer-responses" ? "customer-channel" : "service-system");

const [customer, visit, role] = process.argv.slice(2);
if (!visit) {
  console.error("node producer.js CUSTOMER VISIT [ROLE]");
  process.exit(2);
}
// kafkajs 2 places keys by murmur2 of itself; acks -1 and idempotence: no loss, no doubles.
const producer = new Kafka(access()).producer({ idempotent: true });
await producer.connect();
try {
  for (const [topic, name, event] of events(customer, visit)) {
    if (role && role !== writer(topic)) continue;
    const value = await encode(topic, name, event);
    const [sent] = await producer.send({ topic, acks: -1, messages: [{ key: customer, value }] });
    console.log(`${topic}[${sent.partition}] has it at ${sent.baseOffset}`);
  }
} finally {
  await producer.disconnect(); // an error above ends with 1: the same command sends the same events
}
