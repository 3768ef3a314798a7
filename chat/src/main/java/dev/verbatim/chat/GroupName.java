package dev.verbatim.chat;

import org.jspecify.annotations.Nullable;

/** What a group can be called, and how it can be described. */
final class GroupName {
  private GroupName() {}

  /** What is wrong with a trimmed name, or null. */
  static Refused.@Nullable InvalidField mistake(String name) {
    if (name.isEmpty() || name.length() > Groups.NAME_LENGTH_MAX) {
      return new Refused.InvalidField("name", "The name must have 1 to 100 characters");
    }
    return Content.hasUnpairedSurrogate(name)
        ? new Refused.InvalidField("name", "The name has an unpaired surrogate")
        : null;
  }

  /** What is wrong with a trimmed description, or null. */
  static Refused.@Nullable InvalidField descriptionMistake(String description) {
    if (description.length() > Groups.DESCRIPTION_LENGTH_MAX) {
      return new Refused.InvalidField(
          "description", "The description has more than 500 characters");
    }
    return Content.hasUnpairedSurrogate(description)
        ? new Refused.InvalidField("description", "The description has an unpaired surrogate")
        : null;
  }
}
