import assert from "node:assert/strict";

/** Names of what the server is made of, and the marks of a stack trace. */
const INSIDES = /micronaut|netty|jackson|sqlite|jdbc|\bjava(x)?\.|tools\.|exception|stacktrace|\bat [a-z][\w.]+\(/i;

/** An answer to anybody says nothing of the server's insides. */
export function assertTellsNoInsides(answer) {
  const text = typeof answer === "string" ? answer : JSON.stringify(answer);
  assert.doesNotMatch(text, INSIDES);
}
