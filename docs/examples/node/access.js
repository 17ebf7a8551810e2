// How both programs come to a Kafka, also to one that asks who they are.
import { readFileSync } from "node:fs";

/** What the file has that KAFKA_CONFIG names: a line `name=value` each, by librdkafka's names. */
function read(file) {
  const lines = readFileSync(file, "utf8").split("\n").filter((line) => line.includes("=") && line[0] !== "#");
  return Object.fromEntries(lines.map((line) => [line.split("=", 1)[0].trim(), line.slice(line.indexOf("=") + 1).trim()]));
}

export const settings = process.env.KAFKA_CONFIG ? read(process.env.KAFKA_CONFIG) : {};

/** Where Kafka is, and who we are. */
export function access() {
  const servers = settings["bootstrap.servers"] ?? process.env.RECOURSE_BOOTSTRAP_SERVERS ?? "localhost:9092";
  const where = { clientId: "example", brokers: servers.split(",") };
  if (settings["security.protocol"] !== "SASL_SSL") return where;
  return {
    ...where,
    ssl: { ca: [readFileSync(settings["ssl.ca.location"], "utf8")] },
    sasl: {
      mechanism: settings["sasl.mechanism"].toLowerCase(),
      username: settings["sasl.username"],
      password: settings["sasl.password"],
    },
  };
}
