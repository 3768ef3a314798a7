/**
 * How much something has grown over its samples, `{at, value}` in their order, by the line that fits
 * them best: `{growth, error}`, where `error` is the standard error of `growth`. Noise makes the latter
 * large, and growth that is not a few times as large may be none.
 */
export function growthOf(samples) {
  const mean = (of) => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const at = mean((sample) => sample.at);
  const value = mean((sample) => sample.value);
  const spread = samples.reduce((sum, sample) => sum + (sample.at - at) ** 2, 0);
  const slope = samples.reduce((sum, sample) => sum + (sample.at - at) * (sample.value - value), 0) / spread;
  const rest = samples.reduce((sum, sample) => sum + (sample.value - value - slope * (sample.at - at)) ** 2, 0);
  const duration = samples.at(-1).at - samples[0].at;
  return { growth: slope * duration, error: Math.sqrt(rest / (samples.length - 2) / spread) * duration };
}

/** Fewer samples than these tell nothing. */
const SAMPLES_MIN = 5;
/** Growth counts from so many standard errors on. */
const ERRORS_MIN = 3;
/** What the heap, after a collection, and the whole process may grow by in the second half, as a part of what they are. */
const HEAP_PART_MAX = 0.05;
const PROCESS_PART_MAX = 0.03;

/**
 * What grew in the second half of a soak that should not have, a line each. A sample is
 * `{at, heapBytes?, processBytes, storeBytes}`. The process may grow by as much as its store, whose
 * pages it keeps until the caches' bounds are reached.
 */
export function leaks(samples) {
  const half = samples.filter(({ at }) => at >= (samples[0].at + samples.at(-1).at) / 2);
  const of = (name) => half.filter((sample) => sample[name] !== undefined).map((sample) => ({ at: sample.at, value: sample[name] }));
  const findings = [];
  const look = (what, series, spared, partMax) => {
    if (series.length < SAMPLES_MIN) {
      findings.push(`the ${what} was sampled ${series.length} times in the second half, which tells nothing`);
      return;
    }
    const { growth, error } = growthOf(series);
    const mean = series.reduce((sum, { value }) => sum + value, 0) / series.length;
    if (growth - spared > mean * partMax && growth - spared > ERRORS_MIN * error) {
      findings.push(`the ${what} grew by ${mebibytes(growth)}, give or take ${mebibytes(error)}, of which ${mebibytes(spared)} are its due`);
    }
  };
  look("heap", of("heapBytes"), 0, HEAP_PART_MAX);
  look("process", of("processBytes"), Math.max(0, half.at(-1).storeBytes - half[0].storeBytes), PROCESS_PART_MAX);
  return findings;
}

export function mebibytes(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
