import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const FOLDER = new URL("../../shared/protocol/", import.meta.url);
const schema = JSON.parse(readFileSync(new URL("messages.schema.json", FOLDER), "utf8"));
const examples = readdirSync(new URL("examples/", FOLDER))
  .filter((name) => name.endsWith(".json") && name !== "proof.vector.json")
  .map((name) => ({ name, message: JSON.parse(readFileSync(new URL(`examples/${name}`, FOLDER), "utf8")) }));

const TYPES = {
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  integer: (value) => Number.isSafeInteger(value),
  number: (value) => typeof value === "number",
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  array: (value) => Array.isArray(value),
  null: (value) => value === null,
};

/** What is wrong with a value, as paths; empty when the part of the schema takes it. */
function faults(part, value, path) {
  if (part.$ref) return faults(schema.$defs[part.$ref.split("/").pop()], value, path);
  if (part.anyOf) return part.anyOf.some((one) => faults(one, value, path).length === 0) ? [] : [`${path}: fits none`];
  if (part.enum && !part.enum.includes(value)) return [`${path}: ${value} is none of ${part.enum}`];
  if (part.type && !TYPES[part.type](value)) return [`${path}: no ${part.type}`];
  const missing = (part.required ?? []).filter((name) => !(name in value)).map((name) => `${path}.${name}: missing`);
  const inside = Object.entries(part.properties ?? {})
    .filter(([name]) => TYPES.object(value) && name in value)
    .flatMap(([name, one]) => faults(one, value[name], `${path}.${name}`));
  const items = part.items && Array.isArray(value) ? value.flatMap((one, at) => faults(part.items, one, `${path}[${at}]`)) : [];
  return [...missing, ...inside, ...items];
}

test("there are examples to read", () => {
  assert.ok(examples.length > 50);
});

for (const { name, message } of examples) {
  test(`example ${name} follows the schema, body included`, () => {
    assert.deepEqual([], faults(schema, message, "$"));
    const body = schema.$defs.Bodies.properties[message.kind];
    if (body) assert.deepEqual([], faults(body, message.body, "$.body"));
  });
}

test("a message that does not follow the schema is found out", () => {
  const ack = examples.find(({ name }) => name === "ack.json")?.message;
  assert.deepEqual(["$: fits none"], faults(schema, { ...ack, seq: "one" }, "$"));
  assert.deepEqual(["$.seq: missing"], faults(schema.$defs.Ack, { t: "ack" }, "$"));
});

test("texts both sides exchange are well-formed and whole", () => {
  for (const { message } of examples) assert.equal(true, JSON.stringify(message).isWellFormed());
});
