package terzi.data;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Labels as they are compared: in Unicode's composed form (NFC) and without white space around them. macOS writes the é of a
 * folder {@code café} as two characters and Linux as one, and a blank at the end of a folder's name cannot be seen; neither
 * makes another class. Control characters, which would move a terminal's cursor, are written {@code \x1B}.
 */
public final class Labels {
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private Labels() {}

    /**
     * {@return the label of a folder's name or a field of a list; empty where there is only white space}
     *
     * @param text name as it is written
     */
    public static String normalized(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        String composed = Normalizer.normalize(text.substring(from, to), Normalizer.Form.NFC);
        return CONTROL.matcher(composed)
                .replaceAll(found -> String.format(
                        Locale.ROOT, "\\\\x%02X", (int) found.group().charAt(0)));
    }

    private static boolean isSpace(char c) {
        // no-break spaces are not white space to Java; a zero-width one and the byte-order mark are not even spaces
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u200b' || c == '\ufeff';
    }

    /**
     * {@return the position of a label in a list, compared as {@link #normalized}, with an equal one first; -1 if it is
     * not there}
     *
     * @param labels labels to search
     * @param label label to find
     */
    public static int indexOf(List<String> labels, String label) {
        int equal = labels.indexOf(label);
        if (equal >= 0) {
            return equal;
        }
        String wanted = normalized(label);
        for (int i = 0; i < labels.size(); i++) {
            if (normalized(labels.get(i)).equals(wanted)) {
                return i;
            }
        }
        return -1;
    }

    /** Sentences about labels that differ only in upper and lower case, which are classes of their own. */
    static List<String> alike(Iterable<String> labels) {
        Map<String, String> seen = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        for (String label : labels) {
            String other = seen.putIfAbsent(label.toLowerCase(Locale.ROOT), label);
            if (other != null) {
                notes.add("the classes '" + other + "' and '" + label
                        + "' differ only in upper and lower case; if they are one class, rename one");
            }
        }
        return notes;
    }
}
