package terzi.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Alignment and wrapping of text by terminal columns. A Chinese, Japanese or Korean character takes two columns; a
 * combining mark and an ANSI colour sequence take none. Widths are those of Unicode's East Asian Width (UAX #11), with
 * ambiguous characters narrow.
 */
public final class TextColumns {
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

    /** A command that is quoted is one word: a line break in it could not be pasted. */
    private static final Pattern WORD = Pattern.compile("(\\s*)('(?:[^\\s']*/)?terzi [^']*'\\S*|\\S+)");

    /** First and last code point of each range of wide characters, ascending. */
    private static final int[] WIDE = {
        0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x23F0, 0x23F0, 0x23F3, 0x23F3, 0x25FD, 0x25FE,
        0x2614, 0x2615, 0x2648, 0x2653, 0x267F, 0x267F, 0x2693, 0x2693, 0x26A1, 0x26A1, 0x26AA, 0x26AB, 0x26BD, 0x26BE,
        0x26C4, 0x26C5, 0x26CE, 0x26CE, 0x26D4, 0x26D4, 0x26EA, 0x26EA, 0x26F2, 0x26F3, 0x26F5, 0x26F5, 0x26FA, 0x26FA,
        0x26FD, 0x26FD, 0x2705, 0x2705, 0x270A, 0x270B, 0x2728, 0x2728, 0x274C, 0x274C, 0x274E, 0x274E, 0x2753, 0x2755,
        0x2757, 0x2757, 0x2795, 0x2797, 0x27B0, 0x27B0, 0x27BF, 0x27BF, 0x2B1B, 0x2B1C, 0x2B50, 0x2B50, 0x2B55, 0x2B55,
        0x2E80, 0x303E, 0x3041, 0x4DBF, 0x4E00, 0xA4CF, 0xA960, 0xA97C, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19,
        0xFE30, 0xFE6B, 0xFF01, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x18CFF, 0x1AFF0, 0x1B2FB, 0x1F004, 0x1F004, 0x1F0CF,
        0x1F0CF, 0x1F18E, 0x1F18E, 0x1F191, 0x1F19A, 0x1F200, 0x1F320, 0x1F32D, 0x1F335, 0x1F337, 0x1F37C, 0x1F37E,
        0x1F393, 0x1F3A0, 0x1F3CA, 0x1F3CF, 0x1F3D3, 0x1F3E0, 0x1F3F0, 0x1F3F4, 0x1F3F4, 0x1F3F8, 0x1F43E, 0x1F440,
        0x1F440, 0x1F442, 0x1F4FC, 0x1F4FF, 0x1F53D, 0x1F54B, 0x1F54E, 0x1F550, 0x1F567, 0x1F57A, 0x1F57A, 0x1F595,
        0x1F596, 0x1F5A4, 0x1F5A4, 0x1F5FB, 0x1F64F, 0x1F680, 0x1F6C5, 0x1F6CC, 0x1F6CC, 0x1F6D0, 0x1F6D2, 0x1F6D5,
        0x1F6D7, 0x1F6DC, 0x1F6DF, 0x1F6EB, 0x1F6EC, 0x1F6F4, 0x1F6FC, 0x1F7E0, 0x1F7EB, 0x1F7F0, 0x1F7F0, 0x1F90C,
        0x1F93A, 0x1F93C, 0x1F945, 0x1F947, 0x1F9FF, 0x1FA70, 0x1FAFF, 0x20000, 0x3FFFD
    };

    private TextColumns() {}

    /**
     * {@return the number of columns that a text takes}
     *
     * @param text one line of text
     */
    public static int width(String text) {
        String plain = text.indexOf('\u001b') < 0 ? text : COLOUR.matcher(text).replaceAll("");
        return plain.codePoints().map(TextColumns::width).sum();
    }

    private static int width(int c) {
        if (c < 0x300) {
            return c < ' ' || (c >= 0x7F && c < 0xA0) ? 0 : 1;
        }
        int type = Character.getType(c);
        boolean takesNone = type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.FORMAT
                || (c >= 0x1160 && c <= 0x11FF); // vowels and final consonants that join a Korean syllable
        return takesNone ? 0 : isWide(c) ? 2 : 1;
    }

    private static boolean isWide(int c) {
        for (int i = 0; i < WIDE.length; i += 2) {
            if (c <= WIDE[i + 1]) {
                return c >= WIDE[i];
            }
        }
        return false;
    }

    /**
     * {@return the text, padded with blanks on the right}
     *
     * @param text one line of text
     * @param width width in columns; a wider text stays as it is
     */
    public static String left(String text, int width) {
        return text + " ".repeat(Math.max(0, width - width(text)));
    }

    /**
     * {@return the text, padded with blanks on the left}
     *
     * @param text one line of text
     * @param width width in columns; a wider text stays as it is
     */
    public static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - width(text))) + text;
    }

    /**
     * Breaks a line between words. Later lines are indented to the last column of the line, which is the text behind
     * the last gap of two or more blanks in the first half of {@code width}.
     *
     * @param line one line of text
     * @param width width in columns; a word that is wider, such as a path, stays whole
     * @return the lines, at least one
     */
    public static List<String> wrapped(String line, int width) {
        return wrapped(line, width, indent(line, width));
    }

    /**
     * Breaks a line between words.
     *
     * @param line one line of text
     * @param width width in columns; a word that is wider, such as a path, stays whole
     * @param indent indentation of all lines but the first, in columns
     * @return the lines, at least one
     */
    public static List<String> wrapped(String line, int width, int indent) {
        if (width(line) <= width) {
            return List.of(line);
        }
        List<String> lines = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        boolean isEmpty = true;
        for (Matcher word = WORD.matcher(line); word.find(); ) {
            int needed = width(word.group(1)) + width(word.group(2));
            if (!isEmpty && width(current.toString()) + needed > width) {
                lines.add(current.toString());
                current = new StringBuilder(" ".repeat(indent));
            } else {
                current.append(word.group(1));
            }
            current.append(word.group(2));
            isEmpty = false;
        }
        lines.add(current.toString());
        return lines;
    }

    private static int indent(String line, int width) {
        Matcher gap =
                Pattern.compile(" {2,}(?=\\S)").matcher(COLOUR.matcher(line).replaceAll(""));
        int indent = 0;
        while (gap.find() && gap.end() <= width / 2) {
            indent = gap.end();
        }
        return indent;
    }
}
