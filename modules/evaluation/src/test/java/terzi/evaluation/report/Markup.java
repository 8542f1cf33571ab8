package terzi.evaluation.report;

import java.util.List;
import java.util.regex.Pattern;

/** Finds parts of a page. */
final class Markup {
    private Markup() {}

    /** What the first group of the pattern has at each place where the pattern fits. */
    static List<String> groups(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** How often a part stands in the text. */
    static int count(String part, String text) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }
}
