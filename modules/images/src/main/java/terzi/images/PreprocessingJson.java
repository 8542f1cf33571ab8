package terzi.images;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import terzi.images.Preprocessing.Channels;
import terzi.images.Preprocessing.CropOrigin;
import terzi.images.Preprocessing.Fit;

/**
 * The JSON object of a {@link Preprocessing} as any JSON library reads and writes it: objects as {@link Map}, arrays as {@link
 * List}, numbers as {@link Number}. Written key by key, so that renaming a record's component cannot change a file format; the
 * keys are specified in {@code docs/classifier-file.md}.
 */
public final class PreprocessingJson {
    private PreprocessingJson() {}

    /**
     * Writes a preprocessing.
     *
     * @param preprocessing the preprocessing
     * @return the object, its keys in the order of files; keys with the usual value are left out
     */
    public static Map<String, Object> write(Preprocessing preprocessing) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("width", preprocessing.width());
        json.put("height", preprocessing.height());
        json.put("channels", lower(preprocessing.channels()));
        json.put("fit", lower(preprocessing.fit()));
        if (preprocessing.fit() != Fit.STRETCH) {
            json.put("resize_to", preprocessing.resizeTo());
        }
        json.put("mean", preprocessing.mean());
        json.put("std", preprocessing.std());
        json.put("scale", preprocessing.scale());
        if (preprocessing.filter() != Filter.TRIANGLE) {
            json.put("filter", lower(preprocessing.filter()));
        }
        if (preprocessing.cropOrigin() != CropOrigin.ROUNDED_DOWN) {
            json.put("crop_origin", lower(preprocessing.cropOrigin()));
        }
        return json;
    }

    /**
     * Reads a preprocessing.
     *
     * @param json the object; unknown keys are ignored
     * @return the preprocessing
     * @throws IllegalArgumentException if a key is missing or has a value that is not possible; names the key
     */
    public static Preprocessing read(Map<?, ?> json) {
        return new Preprocessing(
                integer(json, "width"),
                integer(json, "height"),
                constant(json, "channels", Channels.class),
                constant(json, "fit", Fit.class),
                json.containsKey("resize_to") ? integer(json, "resize_to") : 0,
                floats(json, "mean"),
                floats(json, "std"),
                number("scale", json.get("scale")).floatValue(),
                json.containsKey("filter") ? constant(json, "filter", Filter.class) : Filter.TRIANGLE,
                json.containsKey("crop_origin")
                        ? constant(json, "crop_origin", CropOrigin.class)
                        : CropOrigin.ROUNDED_DOWN);
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E constant(Map<?, ?> json, String key, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (lower(constant).equals(json.get(key))) {
                return constant;
            }
        }
        List<String> known = List.of(type.getEnumConstants()).stream()
                .map(PreprocessingJson::lower)
                .toList();
        throw expected(key, "one of " + String.join(", ", known), json.get(key));
    }

    private static int integer(Map<?, ?> json, String key) {
        Number number = number(key, json.get(key));
        if (number.doubleValue() != number.intValue()) {
            throw expected(key, "an integer", number);
        }
        return number.intValue();
    }

    private static List<Float> floats(Map<?, ?> json, String key) {
        if (!(json.get(key) instanceof List<?> numbers)) {
            throw expected(key, "an array of numbers", json.get(key));
        }
        List<Float> floats = new ArrayList<>();
        numbers.forEach(number -> floats.add(number(key, number).floatValue()));
        return floats;
    }

    private static Number number(String key, @Nullable Object value) {
        if (value instanceof Number number) {
            return number;
        }
        throw expected(key, "a number", value);
    }

    private static IllegalArgumentException expected(String key, String what, @Nullable Object found) {
        String shown = found == null ? "nothing" : found instanceof String ? "\"" + found + "\"" : found.toString();
        return new IllegalArgumentException("'" + key + "': expected " + what + ", found " + shown);
    }
}
