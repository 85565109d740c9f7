// The part of JSON Schema that shared/platforms/_schema.json uses: what a definition from a page or a file is held to.
// Pure. A word it does not know is an error of the schema, not of the definition.

/** @typedef {Record<string, any>} Schema */

const KNOWN = new Set([
  "$schema", "$id", "title", "description", "type", "additionalProperties", "required", "properties", "pattern", "minLength", "maxLength",
  "items", "format", "enum", "$ref", "minimum", "$defs", "minItems", "maxItems", "minProperties", "maximum",
]);

/** @type {Record<string, (value: unknown) => boolean>} */
const TYPES = {
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === "string",
  integer: Number.isSafeInteger,
  number: Number.isFinite,
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
};

/**
 * @param {Schema} schema
 * @param {unknown} value JSON data
 * @returns {string[]} what is wrong, with where; empty where the value fits
 */
export function faults(schema, value) {
  return [...check(schema, schema, value, "$")];
}

/** @param {Schema} whole @param {Schema} here @param {any} value @param {string} at @returns {Generator<string>} */
function* check(whole, here, value, at) {
  const unknown = Object.keys(here).find((word) => !KNOWN.has(word));
  if (unknown) throw new Error(`The schema uses ${unknown} at ${at}, which nobody here understands`);
  if (here.$ref) yield* check(whole, resolve(whole, here.$ref), value, at);
  const types = here.type === undefined ? [] : [here.type].flat();
  if (types.length > 0 && !types.some((type) => TYPES[type](value))) {
    yield `${at} is no ${types.join(" or ")}`;
    return;
  }
  if (here.enum && !here.enum.includes(value)) yield `${at} is none of ${here.enum.join(", ")}`;
  if (typeof value === "string") yield* text(here, value, at);
  else if (typeof value === "number") yield* number(here, value, at);
  else if (Array.isArray(value)) yield* list(whole, here, value, at);
  else if (value !== null && typeof value === "object") yield* object(whole, here, value, at);
}

/** @param {Schema} whole @param {string} ref "#/$defs/name" @returns {Schema} */
function resolve(whole, ref) {
  return ref.slice(2).split("/").reduce((part, name) => part[name], whole);
}

/** @param {Schema} here @param {string} value @param {string} at @returns {Generator<string>} */
function* text(here, value, at) {
  if (value.length > (here.maxLength ?? Infinity)) yield `${at} is longer than ${here.maxLength}`;
  if (value.length < (here.minLength ?? 0)) yield `${at} is shorter than ${here.minLength}`;
  if (here.pattern && !new RegExp(here.pattern, "u").test(value)) yield `${at} does not look like ${here.pattern}`;
  if (here.format === "uri" && !/^https?:/.test(value)) yield `${at} is no web address`;
}

/** @param {Schema} here @param {number} value @param {string} at @returns {Generator<string>} */
function* number(here, value, at) {
  if (value < (here.minimum ?? -Infinity)) yield `${at} is less than ${here.minimum}`;
  if (value > (here.maximum ?? Infinity)) yield `${at} is more than ${here.maximum}`;
}

/** @param {Schema} whole @param {Schema} here @param {unknown[]} value @param {string} at @returns {Generator<string>} */
function* list(whole, here, value, at) {
  if (value.length < (here.minItems ?? 0)) yield `${at} has fewer than ${here.minItems}`;
  if (value.length > (here.maxItems ?? Infinity)) yield `${at} has more than ${here.maxItems}`;
  if (here.items) for (const [index, item] of value.entries()) yield* check(whole, here.items, item, `${at}[${index}]`);
}

/** @param {Schema} whole @param {Schema} here @param {Record<string, unknown>} value @param {string} at @returns {Generator<string>} */
function* object(whole, here, value, at) {
  const names = Object.keys(value);
  for (const name of here.required ?? []) if (!names.includes(name)) yield `${at} lacks ${name}`;
  if (names.length < (here.minProperties ?? 0)) yield `${at} has fewer than ${here.minProperties}`;
  for (const name of names) {
    const known = here.properties && Object.hasOwn(here.properties, name);
    if (known) yield* check(whole, here.properties[name], value[name], `${at}.${name}`);
    else if (here.additionalProperties === false) yield `${at} has ${name}, which means nothing`;
    else if (typeof here.additionalProperties === "object") yield* check(whole, here.additionalProperties, value[name], `${at}.${name}`);
  }
}
