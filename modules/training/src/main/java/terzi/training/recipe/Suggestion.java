package terzi.training.recipe;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** "Did you mean …?" */
final class Suggestion {
    private Suggestion() {}

    static String of(YamlNode node, Collection<String> allowed) {
        return node instanceof YamlNode.Scalar scalar && scalar.text() != null ? of(scalar.text(), allowed) : "";
    }

    /** The suggestion for a wrong word, then all that are allowed. */
    static String ofAll(String wrong, Collection<String> allowed) {
        String suggestion = of(wrong, allowed);
        return suggestion + (suggestion.isEmpty() ? ". Allowed: " : " Allowed: ") + String.join(", ", allowed);
    }

    /** The allowed word nearest to a wrong one, if any is near. */
    static String of(String wrong, Collection<String> allowed) {
        String small = wrong.toLowerCase(Locale.ROOT);
        return allowed.stream()
                .min(Comparator.comparingInt(word -> distance(small, word.toLowerCase(Locale.ROOT))))
                .filter(word -> distance(small, word.toLowerCase(Locale.ROOT)) <= Math.max(1, word.length() / 3))
                .map(word -> "; did you mean '" + word + "'?")
                .orElse("");
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
