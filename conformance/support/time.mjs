/** Waits for `promise`, but no longer than a bound that no healthy run comes near. */
export async function within(milliseconds, promise, complaint) {
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

/** The wait between two looks at something that has no event. */
export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
