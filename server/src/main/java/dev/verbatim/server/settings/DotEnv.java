package dev.verbatim.server.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The text of a {@code .env} file: lines of {@code NAME=value}, blank lines and {@code #} comments.
 *
 * <p>{@code export} before a name is passed over. A bare value ends at the line's end or at a
 * {@code #} after a space, without the spaces around it. A value in single or double quotes is
 * taken as it stands and may go over several lines; in double quotes {@code \n}, {@code \r}, {@code
 * \t}, {@code \"} and {@code \\} are escapes. Nothing is substituted. Of a name that stands twice
 * the last value counts.
 *
 * <p>The syntax is that of the dotenv package for Node.js, but that a line which is no such line is
 * a mistake and is not passed over.
 *
 * @param values by name
 * @param mistakes what is wrong with which line, never with its text, for it may be a secret
 */
record DotEnv(Map<String, String> values, List<String> mistakes) {
  DotEnv {
    values = Map.copyOf(values);
    mistakes = List.copyOf(mistakes);
  }

  static final DotEnv NONE = new DotEnv(Map.of(), List.of());

  /**
   * @param name of the file, for the mistakes
   */
  static DotEnv parse(String name, String text) {
    return new Parser(name, text.startsWith("\uFEFF") ? text.substring(1) : text).parse();
  }

  /** Confined to one call of {@link #parse}. */
  private static final class Parser {
    private final String file;
    private final String text;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<String> mistakes = new ArrayList<>();
    private int at;
    private int line;

    Parser(String file, String text) {
      this.file = file;
      this.text = text.replace("\r\n", "\n").replace('\r', '\n');
    }

    DotEnv parse() {
      while (at < text.length()) {
        line++;
        int end = endOfLine(at);
        String content = text.substring(at, end).strip();
        if (content.isEmpty() || content.startsWith("#")) {
          at = end + 1;
        } else {
          entry(end);
        }
      }
      return new DotEnv(values, mistakes);
    }

    private void entry(int end) {
      int equals = text.indexOf('=', at);
      if (equals < 0 || equals > end) {
        mistake(line, " is not NAME=value");
        at = end + 1;
        return;
      }
      String name = text.substring(at, equals).strip();
      if (name.startsWith("export ")) {
        name = name.substring("export ".length()).strip();
      }
      at = equals + 1;
      while (at < end && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
        at++;
      }
      boolean isQuoted = at < end && (text.charAt(at) == '"' || text.charAt(at) == '\'');
      int startLine = line;
      String value = isQuoted ? quoted(text.charAt(at)) : bare(end);
      if (isName(name)) {
        values.put(name, value);
      } else {
        mistake(startLine, ": the name before = is none");
      }
    }

    private String bare(int end) {
      String value = text.substring(at, end);
      at = end + 1;
      for (int i = 0; i < value.length(); i++) {
        if (value.charAt(i) == '#' && (i == 0 || Character.isWhitespace(value.charAt(i - 1)))) {
          return value.substring(0, i).strip();
        }
      }
      return value.strip();
    }

    private String quoted(char quote) {
      int startLine = line;
      StringBuilder value = new StringBuilder();
      for (at++; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == quote) {
          restOfLine(at + 1);
          return value.toString();
        }
        if (c == '\n') {
          line++;
        }
        if (c == '\\' && quote == '"' && at + 1 < text.length()) {
          at++;
          value.append(escaped(text.charAt(at)));
        } else {
          value.append(c);
        }
      }
      mistake(startLine, ": the quote is not closed");
      return "";
    }

    private static String escaped(char c) {
      return switch (c) {
        case 'n' -> "\n";
        case 'r' -> "\r";
        case 't' -> "\t";
        case '"', '\\' -> String.valueOf(c);
        default -> "\\" + c;
      };
    }

    private void restOfLine(int from) {
      int end = endOfLine(from);
      String rest = text.substring(from, end).strip();
      if (!rest.isEmpty() && !rest.startsWith("#")) {
        mistake(line, " has text after the closing quote");
      }
      at = end + 1;
    }

    private int endOfLine(int from) {
      int end = text.indexOf('\n', from);
      return end < 0 ? text.length() : end;
    }

    private void mistake(int atLine, String what) {
      mistakes.add(file + ", line " + atLine + what);
    }

    private static boolean isName(String name) {
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        boolean isLetter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
        boolean isInner = (c >= '0' && c <= '9') || c == '.' || c == '-';
        if (!isLetter && (i == 0 || !isInner)) {
          return false;
        }
      }
      return !name.isEmpty();
    }
  }
}
