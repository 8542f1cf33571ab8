package terzi.cli.terminal;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds what a mistyped word was meant to be. */
public final class Suggestions {
    private static final int MOST = 3;
    private static final Pattern LISTED =
            Pattern.compile("'([^']+)'; (?:the [a-z]+ are|there are|expected one of) ([\\w-]+(?:, [\\w-]+)+)");

    private Suggestions() {}

    /**
     * Those of the candidates that are closest to the word, the closest first: what begins with it, and what differs by no
     * more than a third of its characters.
     */
    public static List<String> of(String word, Collection<String> candidates) {
        String wanted = plain(word);
        return candidates.stream()
                .distinct()
                .filter(candidate -> wanted.length() > 1 && distance(wanted, plain(candidate)) <= wanted.length() / 3.0)
                .sorted(Comparator.comparingDouble((String candidate) -> distance(wanted, plain(candidate)))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MOST)
                .toList();
    }

    /** For a message that names a word in quotes and then what may stand there, wherever it comes from. */
    static List<String> from(String message) {
        Matcher listed = LISTED.matcher(message);
        return listed.find() ? of(listed.group(1), List.of(listed.group(2).split(", ", -1))) : List.of();
    }

    /** A sentence, or nothing where there is none. */
    public static String sentence(List<String> suggestions) {
        return suggestions.isEmpty() ? "" : "Did you mean " + String.join(" or ", suggestions) + "?";
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceFirst("^--?", "").replace("-", "");
    }

    /** A beginning is worth less than one mistake, so that {@code --recip} means {@code --recipe}. */
    private static double distance(String word, String candidate) {
        return word.length() > 2 && candidate.startsWith(word)
                ? 0.5 + (candidate.length() - word.length()) / 100.0
                : mistakes(word, candidate);
    }

    /**
     * Characters that were left out, added, exchanged or turned around: F. J. Damerau, "A technique for computer detection and
     * correction of spelling errors" (1964), in the form that changes no character twice.
     */
    static int mistakes(String one, String other) {
        int[][] cost = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int same = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(cost[i - 1][j - 1] + same, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                boolean turned = i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
                if (turned) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[one.length()][other.length()];
    }
}
