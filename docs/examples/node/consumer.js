// Follows escalations: `node consumer.js [SECONDS]`.
//
// Ends so many seconds after the last record; without a number, at Ctrl-C. Needs the schemas (a registry
// too where values are written with one), and nothing else of recourse.
import { existsSync, readdirSync, readFileSync } from "node:fs";

import avro from "avsc";
import { Kafka } from "kafkajs";

import { access, settings } from "./access.js";
import { headOf } from "./heads.js";

const SCHEMAS = process.env.SCHEMAS ?? "../../../schemas";
const GROUP = settings["group.id"] ?? "consumer-escalations-node"; // your team's; it begins with the role
const REGISTRY = process.env.REGISTRY;

const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const own = avro.Type.forSchema(read(`${SCHEMAS}/avro/escalation.avsc`));
const writers = new Map(); // what reads a body, by the ten bytes before it; of a registry by five
const know = (head, schema) => writers.set(head, own.createResolver(avro.Type.forSchema(schema)));
const released = readdirSync(`${SCHEMAS}/released`).map((each) => `${SCHEMAS}/released/${each}/escalation.avsc`);
for (const file of [...released.filter(existsSync), `${SCHEMAS}/avro/escalation.avsc`]) {
  know(headOf(read(file)).toString("hex"), read(file));
}

/** A record as the schema that we know has it, whichever version wrote it. */
async function decode(value) {
  const size = value[0] === 0 ? 5 : 10; // a zero byte and a number, or C3 01 and a fingerprint
  const head = value.subarray(0, size).toString("hex");
  if (!writers.has(head)) {
    // Never pass over a record: stop, get the new schemas, go on from here.
    if (size === 10 || !REGISTRY) throw new Error(`no schema here has ${head}`);
    const answer = await fetch(`${REGISTRY}/schemas/ids/${value.readUInt32BE(1)}`);
    if (!answer.ok) throw new Error(`the registry: ${answer.status} ${await answer.text()}`);
    know(head, JSON.parse((await answer.json()).schema));
  }
  return own.fromBuffer(value.subarray(size), writers.get(head));
}

/** What your system does with a step; here, a line for a person. */
function tell(step) {
  const who = step.manager?.name ?? "nobody yet";
  const what = {
    OPENED: `with ${who}, ${step.tier}; decide by ${new Date(step.decide_by).toISOString()}`,
    JOINED: `grounds: ${step.disagreement_ids.join(", ")}`,
    RESOLVED: `${step.outcome} by ${step.by}`,
  }[step.status] ?? `with ${who}`; // also of a status that is newer than this program
  const why = step.reasons.map((each) => each.code).join(", ");
  console.log(`${step.escalation_id} step ${step.step} ${step.status} ${what} (${why})`);
}

const consumer = new Kafka(access()).consumer({ groupId: GROUP });
const done = new Set(); // your system keeps it: after a crash records come again
let idle;
const end = () => consumer.disconnect().then(() => process.exit());
process.on("SIGINT", end);
consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || process.exit(1));
await consumer.connect();
await consumer.subscribe({ topic: "recourse.escalations", fromBeginning: true });
await consumer.run({
  // It reads committed records, and commits the offsets of those that are done: kafkajs's own ways.
  eachMessage: async ({ message }) => {
    clearTimeout(idle);
    const step = await decode(message.value);
    const name = `${step.escalation_id}:${step.step}`; // also in the header event_id
    if (!done.has(name)) tell(step);
    done.add(name);
    if (process.argv[2]) idle = setTimeout(end, 1000 * Number(process.argv[2]));
  },
});
