/**
 * How long a test waits for what should come, in ms. No healthy run comes near it, not even on a busy
 * machine; it ends a wait and never paces one.
 */
export const WAIT_MS_MAX = 60_000;

/** Waits for `promise`, but no longer than its bound. */
export async function within(promise, complaint, milliseconds = WAIT_MS_MAX) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${complaint()} (within ${milliseconds} ms)`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
