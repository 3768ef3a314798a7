package dev.verbatim.server;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What each who stands differently to a group is answered to one thing they ask. */
public interface RightsRow {
  /** Who has no token. */
  String guest();

  /** Who is not in the group, which is public; was removed from it or never was in it. */
  String stranger();

  /** The same where the group is private, and everybody where it is closed. */
  String shutOut();

  String member();

  String admin();

  String owner();

  /**
   * Each row with each who asks: the row, the name of who asks, which group it is about ({@code
   * public}, {@code private} or {@code closed}), the answer that is right.
   */
  static Stream<Arguments> cells(List<? extends RightsRow> rows) {
    return rows.stream()
        .flatMap(
            row ->
                Stream.of(
                    Arguments.of(row, "guest", "public", row.guest()),
                    Arguments.of(row, "guest", "private", row.guest()),
                    Arguments.of(row, "outsider", "public", row.stranger()),
                    Arguments.of(row, "outsider", "private", row.shutOut()),
                    Arguments.of(row, "removed", "public", row.stranger()),
                    Arguments.of(row, "removed", "private", row.shutOut()),
                    Arguments.of(row, "member", "public", row.member()),
                    Arguments.of(row, "member", "private", row.member()),
                    Arguments.of(row, "admin", "public", row.admin()),
                    Arguments.of(row, "admin", "private", row.admin()),
                    Arguments.of(row, "owner", "public", row.owner()),
                    Arguments.of(row, "owner", "private", row.owner()),
                    Arguments.of(row, "guest", "closed", row.guest()),
                    Arguments.of(row, "outsider", "closed", row.shutOut()),
                    Arguments.of(row, "removed", "closed", row.shutOut()),
                    Arguments.of(row, "member", "closed", row.shutOut()),
                    Arguments.of(row, "admin", "closed", row.shutOut()),
                    Arguments.of(row, "owner", "closed", row.shutOut())));
  }
}
