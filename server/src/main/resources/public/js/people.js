/** What is known of the people in the groups, by user id: their UserSummary. */
export class People {
  #summaries = new Map();

  onChange = () => {};

  learn(...summaries) {
    let changed = false;
    for (const summary of summaries) {
      if (summary?._id && nameIn(summary) !== nameIn(this.#summaries.get(summary._id))) {
        this.#summaries.set(summary._id, summary);
        changed = true;
      }
    }
    if (changed) {
      this.onChange();
    }
  }

  /** What to call somebody; those of whom only the id is known get its end. */
  nameOf(userId) {
    return nameIn(this.#summaries.get(userId)) ?? `someone ${userId.slice(-4)}`;
  }

  knows(userId) {
    return this.#summaries.has(userId);
  }

  /** The ids of all who are known, by name. */
  all() {
    return [...this.#summaries.keys()].sort((a, b) => this.nameOf(a).localeCompare(this.nameOf(b)));
  }
}

function nameIn(summary) {
  return summary && (`${summary.firstName ?? ""} ${summary.lastName ?? ""}`.trim() || summary.username);
}
