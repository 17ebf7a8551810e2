// AsyncAPI's own parser says whether a document is right: node asyncapi-parser.mjs MODULES FILE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, file] = process.argv.slice(2);
const from = createRequire(`${modules}/`);
const { Parser } = from("@asyncapi/parser");
const { AvroSchemaParser } = from("@asyncapi/avro-schema-parser");
const parser = new Parser();
parser.registerSchemaParser(AvroSchemaParser());
const { document, diagnostics } = await parser.parse(readFileSync(file, "utf8"), { source: file });
const wrong = diagnostics.filter((each) => each.severity <= 1); // errors and warnings
for (const each of wrong) console.error(`${each.path.join(".")}: ${each.message}`);
if (document === undefined || wrong.length > 0) process.exit(1);
console.log(`${document.channels().all().length} channels, ${document.operations().all().length} operations`);
