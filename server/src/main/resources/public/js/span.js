/** How many messages stand on the page at the most; so many that no screen shows the end of them. */
export const SHOWN_MAX = 240;
/** How many stand there at the least, and come in at one end when it is scrolled to. */
export const STEP = 80;

/**
 * The stretch of a timeline that stands on the page: a page of 10,000 rows would be slow. It follows
 * the newest message until one scrolls away from it. Nothing in it touches the page.
 */
export class Span {
  /** The seqs of its ends; 0 for as many as a fresh page shows, infinite for the newest and all to come. */
  #first = 0;
  #last = Infinity;

  /** Back to the newest messages. */
  toEnd() {
    this.#first = 0;
    this.#last = Infinity;
  }

  /** What to show of a timeline. `following` is whether the newest are before the reader's eyes. */
  of(timeline, following) {
    const { length } = timeline;
    let to = this.#last === Infinity ? length : this.#after(timeline, this.#last);
    let from = Math.max(0, to - STEP);
    if (this.#first > 0) {
      from = Math.min(from, timeline.placeOf(this.#first));
    }
    if (to - from > SHOWN_MAX) {
      if (following) {
        from = to - STEP;
      } else {
        to = from + SHOWN_MAX;
        this.#last = timeline.at(to - 1).seq;
      }
    }
    this.#first = timeline.at(from)?.seq ?? 0;
    return { messages: timeline.slice(from, to), before: timeline.slice(from - 1, from)[0], hasNewer: to < length, hasOlder: from > 0 };
  }

  /** Goes a step up in what the timeline has; gives back whether there was anything. */
  older(timeline) {
    const from = timeline.placeOf(this.#first);
    if (from === 0) {
      return false;
    }
    const start = Math.max(0, from - STEP);
    this.#first = timeline.at(start).seq;
    const to = this.#last === Infinity ? timeline.length : this.#after(timeline, this.#last);
    if (to - start > SHOWN_MAX) {
      this.#last = timeline.at(start + SHOWN_MAX - 1).seq;
    }
    return true;
  }

  /** Goes a step down; gives back whether there was anything. */
  newer(timeline) {
    if (this.#last === Infinity) {
      return false;
    }
    const end = this.#after(timeline, this.#last) + STEP;
    this.#last = end >= timeline.length ? Infinity : timeline.at(end - 1).seq;
    const to = Math.min(end, timeline.length);
    const from = timeline.placeOf(this.#first);
    if (to - from > SHOWN_MAX) {
      this.#first = timeline.at(to - SHOWN_MAX).seq;
    }
    return true;
  }

  #after(timeline, seq) {
    const place = timeline.placeOf(seq);
    return timeline.at(place)?.seq === seq ? place + 1 : place;
  }
}
