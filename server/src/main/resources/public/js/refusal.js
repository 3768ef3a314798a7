/** Codes after which the server may do the same request later: the outcome is open. */
const OPEN = new Set(["UNAVAILABLE", "INTERNAL_ERROR", "RATE_LIMIT_EXCEEDED"]);

/** The server's own word that it did not do what was asked: the wire's Error. */
export class Refusal extends Error {
  constructor({ code, message, details }) {
    super(message || "The server refused this.");
    this.code = code || "INTERNAL_ERROR";
    this.details = details ?? {};
  }

  /** Whether asking again for the same thing can only be refused again. */
  get final() {
    return !OPEN.has(this.code);
  }

  /** Seconds the server asks to wait, or 0. */
  get retryAfter() {
    return Number(this.details.retryAfter) || 0;
  }
}

/** No answer came: the connection broke or the server took too long. The outcome is open. */
export class Unanswered extends Error {}
