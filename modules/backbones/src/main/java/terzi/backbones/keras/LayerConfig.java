package terzi.backbones.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/**
 * A layer's settings. A setting of the wrong kind is reported with the layer's name.
 *
 * @param where the layer, for messages
 */
record LayerConfig(String where, JsonNode json) {

    boolean has(String key) {
        return !json.path(key).isMissingNode() && !json.path(key).isNull();
    }

    JsonNode get(String key) {
        return json.path(key);
    }

    String text(String key, String otherwise) throws KerasFormatException {
        if (!has(key)) {
            return otherwise;
        }
        JsonNode value = json.path(key);
        if (!value.isString()) {
            throw wrong(key, "a text");
        }
        return value.stringValue();
    }

    boolean flag(String key, boolean otherwise) {
        return has(key) ? json.path(key).asBoolean(otherwise) : otherwise;
    }

    double number(String key, double otherwise) throws KerasFormatException {
        if (!has(key)) {
            return otherwise;
        }
        return number(json.path(key), key);
    }

    private double number(JsonNode value, String key) throws KerasFormatException {
        // Keras 3 writes numpy numbers as {"class_name": ..., "config": {"value": ...}}
        JsonNode plain = value.isObject() ? value.path("config").path("value") : value;
        if (plain.isArray() && plain.size() == 1) {
            plain = plain.get(0);
        }
        if (!plain.isNumber()) {
            throw wrong(key, "a number");
        }
        return plain.doubleValue();
    }

    int integer(String key, int otherwise) throws KerasFormatException {
        double value = number(key, otherwise);
        if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
            throw wrong(key, "a whole number");
        }
        return (int) value;
    }

    /** Height and width: two numbers, or one for both. */
    int[] pair(String key, int otherwise) throws KerasFormatException {
        if (!has(key)) {
            return new int[] {otherwise, otherwise};
        }
        List<Integer> values = json.path(key).isArray() ? integers(key) : List.of(integer(key, otherwise));
        if (values.size() != 1 && values.size() != 2) {
            throw wrong(key, "one or two whole numbers");
        }
        return new int[] {values.get(0), values.get(values.size() - 1)};
    }

    List<Integer> integers(String key) throws KerasFormatException {
        List<Integer> values = new ArrayList<>();
        JsonNode node = json.path(key);
        for (JsonNode value : node.isArray() ? node : List.of(node)) {
            if (!value.isNumber()) {
                throw wrong(key, "whole numbers");
            }
            values.add(value.intValue());
        }
        return values;
    }

    /** Top, bottom, left, right: {@code [[t,b],[l,r]]}, {@code [h,w]} or one number. */
    int[] borders(String key) throws KerasFormatException {
        JsonNode value = json.path(key);
        if (value.isArray() && value.size() == 2 && value.get(0).isArray()) {
            int[] borders = new int[4];
            for (int i = 0; i < 4; i++) {
                JsonNode side = value.get(i / 2).path(i % 2);
                if (!side.isNumber()) {
                    throw wrong(key, "[[top, bottom], [left, right]]");
                }
                borders[i] = side.intValue();
            }
            return borders;
        }
        int[] pair = pair(key, 1);
        return new int[] {pair[0], pair[0], pair[1], pair[1]};
    }

    KerasFormatException wrong(String key, String expected) {
        return new KerasFormatException(where + ": expected " + expected + " for " + key + ", found "
                + Objects.requireNonNullElse(json.get(key), "nothing"));
    }
}
