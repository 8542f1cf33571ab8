package terzi.training.recipe;

import java.math.BigDecimal;
import java.nio.file.Path;

/** Numbers, texts and truth values in YAML. */
final class Scalars {
    private static final String NUMBER = "[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,9})?";

    private static final int LONGEST_TEXT = 100;
    private static final String WHOLE = "a whole number";

    /** Digits of the largest long. */
    private static final int LONGEST = 19;

    private Scalars() {}

    static Object read(YamlNode node, Class<?> type, String path) throws RecipeException {
        if (!(node instanceof YamlNode.Scalar scalar) || scalar.text() == null) {
            throw RecordBinder.wrong(node, path, kind(type));
        }
        String text = scalar.text().trim();
        try {
            if (type == String.class) {
                return scalar.text();
            } else if (type == int.class || type == Integer.class) {
                return Math.toIntExact(whole(text));
            } else if (type == long.class || type == Long.class) {
                return whole(text);
            } else if (type == double.class || type == Double.class) {
                return real(text);
            } else if (type == float.class || type == Float.class) {
                return text.contains("/") || !isNumber(text) ? (Object) (float) real(text) : Float.valueOf(text);
            } else if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
                return Boolean.valueOf(text);
            } else if (type == Path.class) {
                return Path.of(text);
            }
        } catch (ArithmeticException tooLarge) {
            boolean isLong = type == long.class || type == Long.class;
            throw RecordBinder.wrong(
                    node,
                    path,
                    "a whole number from " + (isLong ? Long.MIN_VALUE : Integer.MIN_VALUE) + " to "
                            + (isLong ? Long.MAX_VALUE : Integer.MAX_VALUE));
        } catch (IllegalArgumentException e) {
            boolean padded = kind(type).equals(WHOLE) && text.matches("[+-]?0[0-9]+");
            throw RecordBinder.wrong(node, path, kind(type) + (padded ? " without leading zeros" : ""));
        }
        throw RecordBinder.wrong(node, path, kind(type));
    }

    /**
     * A whole number, also as {@code 1e3}. Leading zeros are refused: some readers take {@code 010} for 8, others for 10.
     *
     * @throws ArithmeticException if it is not whole, or too large
     */
    private static long whole(String text) {
        if (!isNumber(text) || text.matches("[+-]?0[0-9].*")) {
            throw new NumberFormatException(text);
        }
        BigDecimal value = new BigDecimal(text);
        if (value.precision() - (long) value.scale() > LONGEST) {
            throw new ArithmeticException(text);
        }
        return value.longValueExact();
    }

    static boolean isNumber(String text) {
        return text.length() <= LONGEST_TEXT && text.matches(NUMBER);
    }

    /** A number, or a fraction such as {@code 1/255}. */
    private static double real(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? one(text)
                : one(text.substring(0, slash).strip())
                        / one(text.substring(slash + 1).strip());
    }

    /** Java's own spellings, such as 1d and 0x1p3, are not numbers in YAML. */
    private static double one(String text) {
        if (!isNumber(text)) {
            throw new NumberFormatException(text);
        }
        return Double.parseDouble(text);
    }

    private static String kind(Class<?> type) {
        if (type == String.class || type == Path.class) {
            return "a text";
        } else if (type == boolean.class) {
            return "true or false";
        } else if (type == double.class || type == float.class || type == Double.class || type == Float.class) {
            return "a number";
        }
        return WHOLE;
    }
}
