package terzi.training;

import java.nio.file.Path;

/** Numbers, texts and truth values in YAML. */
final class Scalars {
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
                return Integer.valueOf(text);
            } else if (type == long.class || type == Long.class) {
                return Long.valueOf(text);
            } else if (type == double.class || type == Double.class) {
                return real(text);
            } else if (type == float.class || type == Float.class) {
                return text.contains("/") ? (Object) (float) real(text) : Float.valueOf(text);
            } else if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
                return Boolean.valueOf(text);
            } else if (type == Path.class) {
                return Path.of(text);
            }
        } catch (IllegalArgumentException e) {
            throw RecordBinder.wrong(node, path, kind(type));
        }
        throw RecordBinder.wrong(node, path, kind(type));
    }

    /** A number, or a fraction such as {@code 1/255}. */
    private static double real(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? Double.parseDouble(text)
                : Double.parseDouble(text.substring(0, slash)) / Double.parseDouble(text.substring(slash + 1));
    }

    private static String kind(Class<?> type) {
        if (type == String.class || type == Path.class) {
            return "a text";
        } else if (type == boolean.class) {
            return "true or false";
        } else if (type == double.class || type == float.class || type == Double.class || type == Float.class) {
            return "a number";
        }
        return "a whole number";
    }
}
