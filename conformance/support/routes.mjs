import { parse } from "yaml";
import { resolved } from "./pointer.mjs";

/** What any request may get: by another method than the document's, or where there is no route. */
const ANYWHERE = {
  400: "BadRequest",
  401: "Unauthorized",
  404: "NotFound",
  405: "MethodNotAllowed",
  413: "TooLarge",
  429: "TooManyRequests",
  500: "InternalError",
  503: "Unavailable",
};
const RATES = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"];

/** Engine.IO's own: what goes through it is held against the other document. */
const ENGINE = "/socket.io/";

/** What goes over HTTP, held against an OpenAPI document. */
export class Routes {
  #document;
  #schemaAt;
  #found;
  #see;
  #paths;
  /** Each operation, with its method and path. */
  operations = [];

  constructor(document, schemaAt, found, see) {
    this.#document = document;
    this.#schemaAt = schemaAt;
    this.#found = found;
    this.#see = see;
    // The more of a path is in words, the rather it is meant.
    this.#paths = Object.keys(document.paths).sort((a, b) => a.split("{").length - b.split("{").length);
    for (const [path, item] of Object.entries(document.paths)) {
      for (const method of Object.keys(item).filter((key) => key !== "parameters")) {
        this.operations.push({ method: method.toUpperCase(), path, ...item[method] });
      }
    }
  }

  /**
   * Holds one exchange against the document: the answer's status, headers and body, and that a request
   * which succeeded is one that the document allows.
   *
   * @param target path and query
   * @param headers what the request said, with names in small letters
   */
  check({ method, target, headers, body }, answer) {
    const { pathname, searchParams } = new URL(target, "http://localhost");
    if (pathname === ENGINE) {
      return;
    }
    const what = `${method} ${target.slice(0, 200)}: ${answer.status}`;
    const path = this.#paths.find((template) => matches(template, pathname));
    const item = this.#document.paths[path];
    const verb = method === "HEAD" ? "get" : method.toLowerCase();
    const operation = item?.[verb];
    const stated = operation && this.#response(["paths", path, verb, "responses", answer.status], operation.responses[answer.status]);
    if (operation) {
      this.#see(`${method} ${path} ${answer.status}`);
    } else if (method === "OPTIONS" && answer.status === 204) {
      return;
    }
    const response = operation ? stated : this.#response(["components", "responses", ANYWHERE[answer.status]]);
    if (!response?.object) {
      this.#found(`${what} is not in the document: ${answer.text.slice(0, 500)}`);
      return;
    }
    this.#checkHeaders(what, response, answer);
    if (method === "HEAD") {
      return;
    }
    this.#checkBody(what, response, answer);
    if (operation && answer.status < 300) {
      this.#checkRequest(what, { path, item, verb, operation }, { pathname, searchParams, headers, body });
    }
  }

  #response(place, object = place.reduce((at, part) => at?.[part], this.#document)) {
    return resolved(this.#document, object, place);
  }

  #checkHeaders(what, response, { headers }) {
    const stated = response.object.headers ?? {};
    const rates = RATES.filter((name) => headers.has(name));
    if (rates.length !== 0 && rates.length !== RATES.length) {
      this.#found(`${what} has of the rates only ${rates}`);
    }
    for (const [name, header] of Object.entries(stated)) {
      const { object, place } = resolved(this.#document, header, [...response.place, "headers", name]);
      const value = headers.get(name);
      if (value === null) {
        if (object.required) {
          this.#found(`${what} has no ${name}`);
        }
      } else {
        this.#hold(`${what}: ${name}`, [...place, "schema"], valueOf(value, object.schema));
      }
    }
    for (const name of ["Retry-After", "WWW-Authenticate", "Allow", "ETag", ...rates]) {
      if (headers.has(name) && !stated[name]) {
        this.#found(`${what} has a ${name} that is not in the document`);
      }
    }
  }

  #checkBody(what, { object, place }, { headers, text, body }) {
    const type = headers.get("content-type")?.split(";")[0];
    if (!object.content) {
      if (text !== "") {
        this.#found(`${what} has a body that is not in the document: ${text.slice(0, 500)}`);
      }
      return;
    }
    const range = [type, `${type?.split("/")[0]}/*`].find((each) => each in object.content);
    if (!range) {
      this.#found(`${what} has the type ${type}`);
    } else if (object.content[range].schema) {
      const value = type.endsWith("json") ? body : type.endsWith("yaml") ? parse(text) : text;
      this.#hold(what, [...place, "content", range, "schema"], value);
    }
  }

  /** That it succeeded: so it must be right. */
  #checkRequest(what, { path, item, verb, operation }, { pathname, searchParams, headers, body }) {
    const places = [
      ...(item.parameters ?? []).map((parameter, i) => [parameter, ["paths", path, "parameters", i]]),
      ...(operation.parameters ?? []).map((parameter, i) => [parameter, ["paths", path, verb, "parameters", i]]),
    ];
    for (const [parameter, at] of places) {
      const { object, place } = resolved(this.#document, parameter, at);
      const text = { path: () => partOf(path, pathname, object.name), query: () => searchParams.get(object.name), header: () => null }[object.in]();
      if (text !== null) {
        this.#hold(`${what} succeeded: ${object.name}`, [...place, "schema"], valueOf(text, resolved(this.#document, object.schema).object));
      }
    }
    if (operation.requestBody) {
      const type = headers["content-type"] ?? "";
      if (!type.startsWith("application/json")) {
        this.#found(`${what} succeeded with a body of the type ${type}`);
      }
      this.#hold(`${what} succeeded`, ["paths", path, verb, "requestBody", "content", "application/json", "schema"], JSON.parse(body));
    }
  }

  #hold(what, place, value) {
    const complaint = this.#schemaAt(place)(value);
    if (complaint) {
      this.#found(`${what}: ${complaint}`);
    }
  }
}

/** Whether a path is one of this template. */
function matches(template, pathname) {
  const [wanted, had] = [template.split("/"), pathname.split("/")];
  return wanted.length === had.length && wanted.every((part, i) => (part.startsWith("{") ? had[i] !== "" : part === had[i]));
}

/** What stands in a path for a name in its template. */
function partOf(template, pathname, name) {
  return decodeURIComponent(pathname.split("/")[template.split("/").indexOf(`{${name}}`)]);
}

/** What a text means where this schema stands. */
function valueOf(text, { type }) {
  return type === "integer" && /^-?\d+$/.test(text) ? Number(text) : text;
}
