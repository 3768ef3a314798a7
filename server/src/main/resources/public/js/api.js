import { Refusal, Unanswered } from "./refusal.js";

const ANSWER_TIMEOUT_MS = 15_000;
const STALE = new Set(["TOKEN_EXPIRED", "INVALID_TOKEN"]);

/**
 * Asks the server over HTTP and gives back the answer's body. A body sent is JSON.
 *
 * @throws {Refusal} what the server answered with a 4xx or 5xx
 * @throws {Unanswered} when no answer came
 */
export async function ask(method, path, { token, body } = {}) {
  const headers = { Accept: "application/json" };
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  if (body) {
    headers["Content-Type"] = "application/json";
  }
  let response;
  let answer;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    answer = await response.json();
  } catch (cause) {
    if (!response || response.ok) {
      throw new Unanswered("The server did not answer.", { cause });
    }
    answer = {};
  }
  if (!response.ok) {
    throw new Refusal({
      code: answer.code ?? (response.status >= 500 ? "UNAVAILABLE" : "VALIDATION_ERROR"),
      message: answer.error,
      details: { ...answer.details, status: response.status, retryAfter: response.headers.get("Retry-After") },
    });
  }
  return answer;
}

/** Asks as somebody who is signed in; with a new token where the server will not have the one there was. */
export async function askAs(identity, method, path, body) {
  try {
    return await ask(method, path, { token: await identity.token(), body });
  } catch (failure) {
    if (!(failure instanceof Refusal) || !STALE.has(failure.code)) {
      throw failure;
    }
    return ask(method, path, { token: await identity.renew(), body });
  }
}
