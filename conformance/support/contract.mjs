import assert from "node:assert/strict";
import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { Events } from "./events.mjs";
import { pointer } from "./pointer.mjs";
import { Routes } from "./routes.mjs";
import { WAIT_MS_MAX } from "./time.mjs";

const DOCUMENTS = ["openapi.yaml", "asyncapi.yaml"];

/** How many violations are told; the first says most. */
const TOLD_MAX = 10;

/** Compiled once for all servers that serve the same. */
const compiled = new Map();

/** What the running server says it does, in its own two documents; all that it then does is held against them. */
export class Contract {
  /** What was against it, in words. */
  violations = [];
  /** What has happened, as `join_group ok`, `group_joined` or `GET /health 200`. */
  seen = new Set();
  onViolation = (words) => this.violations.push(words);

  /** Of the server at this address. */
  static async of(url) {
    const texts = await Promise.all(DOCUMENTS.map((name) => read(`${url}/${name}`)));
    const key = texts.join("\0");
    if (!compiled.has(key)) {
      compiled.set(key, schemasOf(texts));
    }
    return new Contract(compiled.get(key));
  }

  constructor({ openapi, asyncapi, schemaAt }) {
    this.openapi = openapi;
    this.asyncapi = asyncapi;
    const found = (words) => this.onViolation(words);
    const see = (what) => this.seen.add(what);
    /** What a schema at a place in a document finds wrong with a value, or null. */
    this.schemaAt = schemaAt;
    this.routes = new Routes(openapi, (place) => schemaAt("openapi.yaml", place), found, see);
    this.events = new Events(asyncapi, (place) => schemaAt("asyncapi.yaml", place), found, see);
  }

  assertKept() {
    const { length } = this.violations;
    assert.equal(length, 0, `${length} times against the contract:\n${this.violations.slice(0, TOLD_MAX).join("\n")}`);
  }
}

async function read(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(WAIT_MS_MAX) });
  assert.equal(response.status, 200, url);
  return response.text();
}

/** The documents, and the schemas in them by JSON pointers. */
function schemasOf(texts) {
  const [openapi, asyncapi] = texts.map((text) => parse(text));
  // Types are said once where schemas are put together.
  const ajv = addFormats(new Ajv2020({ strictTypes: false, strictRequired: false, allowUnionTypes: true, verbose: true }));
  ajv.addVocabulary([...new Set([...Object.keys(openapi), ...Object.keys(asyncapi)])]);
  [openapi, asyncapi].forEach((document, i) => ajv.addSchema(document, `contract:/${DOCUMENTS[i]}`, undefined, false));
  const validators = new Map();
  const schemaAt = (document, place) => {
    const address = `${document}${pointer(place)}`;
    if (!validators.has(address)) {
      const validate = ajv.compile({ $ref: `contract:/${address}` });
      validators.set(address, (value) => (validate(value) ? null : complaint(validate.errors, value)));
    }
    return validators.get(address);
  };
  return { openapi, asyncapi, schemaAt };
}

/** What is wrong with a value, in words. */
function complaint(errors, value) {
  const { instancePath, message, params } = errors.at(-1);
  return `${instancePath} ${message} ${JSON.stringify(params)} in ${(JSON.stringify(value) ?? "nothing").slice(0, 500)}`;
}
