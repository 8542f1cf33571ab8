package terzi.training.recipe;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import terzi.training.recipe.RecordType.Setting;

/**
 * Makes records from YAML and YAML trees from records, by {@link RecordType}.
 *
 * <p>A sealed interface, or an augmentation, is written as the name of one of its records, alone or as the one key above that record's
 * keys: {@code relu}, or {@code adam: {beta1: 0.8}}. A record of one key, or with one required key, can be written as that key's value:
 * {@code dropout: 0.5}; a list then stands for the record that is made of a list. A list of one file can be written as that file.
 */
final class RecordBinder {
    static final String PRESET = "preset";

    private final Path folder;
    private final Optional<YamlRecords.Presets<?>> presets;
    private final Map<String, String> respelled = new LinkedHashMap<>();

    /** @param folder that relative paths start from */
    RecordBinder(Path folder, Optional<YamlRecords.Presets<?>> presets) {
        this.folder = folder;
        this.presets = presets;
    }

    /** A sentence on the names that were read in another spelling than theirs, if there were any. */
    Optional<String> note() {
        return respelled.isEmpty()
                ? Optional.empty()
                : Optional.of("names are in an old spelling, which is still read; write "
                        + respelled.entrySet().stream()
                                .map(each -> each.getValue() + " for " + each.getKey())
                                .collect(Collectors.joining(", ")));
    }

    /** @param base where settings that are not given come from; null = the type's own defaults */
    <T> T read(YamlNode.Mapping node, Class<T> type, @Nullable T base) throws RecipeException {
        return type.cast(record(node, type, "", base));
    }

    private Object value(YamlNode node, Type type, String path, @Nullable Object base) throws RecipeException {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            Type kind = list.getActualTypeArguments()[0];
            if (kind == Path.class && node instanceof YamlNode.Scalar) {
                return List.of(value(node, kind, path, null));
            }
            if (!(node instanceof YamlNode.Sequence sequence)) {
                throw wrong(node, path, "a list");
            }
            List<Object> items = new ArrayList<>();
            for (YamlNode item : sequence.items()) {
                items.add(value(item, kind, path + "[" + items.size() + "]", null));
            }
            return items;
        }
        Class<?> raw = (Class<?>) type;
        if (raw.isEnum()) {
            return constant(node, raw, path);
        } else if (raw.isRecord()) {
            return record(node, raw, path, base);
        } else if (RecordType.isChoice(raw)) {
            return choice(node, raw, path, base);
        }
        Object value = Scalars.read(node, raw, path);
        return value instanceof Path file
                ? folder.resolve(file).toAbsolutePath().normalize()
                : value;
    }

    private static Object constant(YamlNode node, Class<?> type, String path) throws RecipeException {
        List<String> names =
                Arrays.stream(type.getEnumConstants()).map(RecordBinder::lower).toList();
        if (node instanceof YamlNode.Scalar scalar && scalar.text() != null) {
            int index = names.indexOf(scalar.text().toLowerCase(Locale.ROOT));
            if (index >= 0) {
                return type.getEnumConstants()[index];
            }
        }
        throw wrong(node, path, "one of " + String.join(", ", names), Suggestion.of(node, names));
    }

    /** An enum's constant in YAML. */
    static String lower(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
    }

    private Object choice(YamlNode node, Class<?> type, String path, @Nullable Object base) throws RecipeException {
        Map<String, Class<?>> choices = RecordType.choices(type);
        Optional<Class<?>> list = choices.values().stream()
                .filter(each -> RecordType.of(each).isList())
                .findFirst();
        if (node instanceof YamlNode.Sequence && list.isPresent()) {
            return record(node, list.get(), path, null);
        }
        YamlNode settings = new YamlNode.Mapping(node.where());
        YamlNode named = node;
        if (node instanceof YamlNode.Mapping mapping && mapping.entries().size() == 1) {
            YamlNode.Entry only = mapping.entries().values().iterator().next();
            settings = only.value();
            named = new YamlNode.Scalar(only.where(), only.key());
        }
        String allowed = (list.isPresent() ? "a list or one of " : "one of ") + String.join(", ", choices.keySet());
        if (!(named instanceof YamlNode.Scalar scalar) || scalar.text() == null) {
            throw wrong(node, path, allowed);
        }
        String given = scalar.text();
        for (Map.Entry<String, Class<?>> each : choices.entrySet()) {
            if (RecordType.fold(each.getKey()).equals(RecordType.fold(given))) {
                respell(given, each.getKey());
                Object before = each.getValue().isInstance(base) ? base : null;
                return record(settings, each.getValue(), join(path, each.getKey()), before);
            }
        }
        throw wrong(named, path, allowed, Suggestion.of(given, choices.keySet()));
    }

    private void respell(String given, String name) {
        if (!given.equals(name)) {
            respelled.put(given, name);
        }
    }

    private Object record(YamlNode node, Class<?> type, String path, @Nullable Object given) throws RecipeException {
        RecordType shape = RecordType.of(type);
        Object base = given;
        if (presets.isPresent() && presets.get().type() == type && node instanceof YamlNode.Mapping mapping) {
            base = preset(mapping, path, given);
        }
        Map<Setting, YamlNode.Entry> entries = entries(node, shape, path);
        Map<Setting, @Nullable Object> settings = new LinkedHashMap<>();
        String where = node.where();
        if (base == null) {
            String missing = shape.required().stream()
                    .filter(key -> !entries.containsKey(key))
                    .map(Setting::name)
                    .collect(Collectors.joining(", "));
            if (!missing.isEmpty()) {
                throw new RecipeException(
                        node.where() + ": " + (path.isEmpty() ? "the recipe" : path) + " lacks " + missing);
            }
            for (Setting key : shape.required()) {
                YamlNode.Entry entry = Objects.requireNonNull(entries.get(key));
                settings.put(key, setting(entry, key, path, null));
                where = shape.required().size() == 1 ? entry.where() : where;
            }
        }
        try {
            if (base == null && shape.defaults().isPresent()) {
                base = shape.defaults().get().apply(settings);
            }
            for (Map.Entry<Setting, YamlNode.Entry> entry : entries.entrySet()) {
                Setting key = entry.getKey();
                if (!settings.containsKey(key)) {
                    settings.put(key, setting(entry.getValue(), key, path, base == null ? null : key.of(base)));
                }
            }
            where = blamed(shape, base, settings, entries).orElse(where);
            return shape.create(base, settings);
        } catch (IllegalArgumentException refused) {
            throw new RecipeException(
                    where + ": " + (path.isEmpty() ? "" : path + ": ") + refused.getMessage(), refused);
        }
    }

    private @Nullable Object setting(YamlNode.Entry entry, Setting key, String path, @Nullable Object base)
            throws RecipeException {
        YamlNode node = entry.value();
        if (key.isNullable()
                && node instanceof YamlNode.Scalar scalar
                && (scalar.text() == null || scalar.text().equalsIgnoreCase("none"))) {
            return null;
        }
        return value(node, key.type(), entry.key().isEmpty() ? path : join(path, key.name()), base);
    }

    /** The settings of a record as they are given; a value that stands for the whole record has no key. */
    private Map<Setting, YamlNode.Entry> entries(YamlNode node, RecordType shape, String path) throws RecipeException {
        Map<Setting, YamlNode.Entry> entries = new LinkedHashMap<>();
        List<String> names = shape.settings().stream().map(Setting::name).toList();
        if (node instanceof YamlNode.Mapping mapping) {
            for (YamlNode.Entry entry : mapping.entries().values()) {
                Setting key = shape.key(entry.key())
                        .orElseThrow(() -> new RecipeException(entry.where() + ": unknown key '" + entry.key() + "'"
                                + (path.isEmpty() ? "" : " in " + path)
                                + (names.isEmpty() ? ". It has no keys" : Suggestion.ofAll(entry.key(), names))));
                respell(entry.key(), key.name());
                entries.put(key, entry);
            }
        } else if (!(node instanceof YamlNode.Scalar scalar && scalar.text() == null)) {
            Setting key = shape.shorthand()
                    .orElseThrow(() -> wrong(node, path, "keys and values, of " + String.join(", ", names)));
            entries.put(key, new YamlNode.Entry(node.where(), "", node));
        }
        return entries;
    }

    /** Takes the key {@code preset} out of a mapping; without one, what was the base before, or the usual preset. */
    private Object preset(YamlNode.Mapping mapping, String path, @Nullable Object base) throws RecipeException {
        YamlNode.Entry entry = mapping.entries().remove(PRESET);
        Map<String, ?> named = presets.orElseThrow().values();
        if (entry == null) {
            return base == null ? Objects.requireNonNull(named.get(presets.get().usual())) : base;
        }
        Object chosen = entry.value() instanceof YamlNode.Scalar scalar && scalar.text() != null
                ? named.get(scalar.text().toLowerCase(Locale.ROOT))
                : null;
        if (chosen == null) {
            List<String> names = named.keySet().stream().sorted().toList();
            throw wrong(
                    entry.value(),
                    join(path, PRESET),
                    "one of " + String.join(", ", names),
                    Suggestion.of(entry.value(), names));
        }
        return chosen;
    }

    /**
     * The line of the setting that a refusal is about: the first one without which the record would be accepted, or else would be
     * refused for another reason. Empty when the record is accepted, and when no single setting is to blame.
     */
    private static Optional<String> blamed(
            RecordType shape,
            @Nullable Object base,
            Map<Setting, @Nullable Object> settings,
            Map<Setting, YamlNode.Entry> entries) {
        Optional<String> refusal = refusal(shape, base, settings);
        if (refusal.isEmpty() || base == null) {
            return Optional.empty();
        }
        Optional<String> changes = Optional.empty();
        for (Map.Entry<Setting, YamlNode.Entry> entry : entries.entrySet()) {
            Map<Setting, @Nullable Object> others = new LinkedHashMap<>(settings);
            others.remove(entry.getKey());
            Optional<String> where = Optional.of(entry.getValue().where());
            Optional<String> without = refusal(shape, base, others);
            if (without.isEmpty()) {
                return where;
            }
            changes = changes.isEmpty() && !without.equals(refusal) ? where : changes;
        }
        return changes;
    }

    private static Optional<String> refusal(
            RecordType shape, @Nullable Object base, Map<Setting, @Nullable Object> settings) {
        try {
            shape.create(base, settings);
            return Optional.empty();
        } catch (IllegalArgumentException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    /** Maps, lists, texts and numbers that {@link #read} turns into an equal record. */
    static Object write(Record value) {
        return written(value, value.getClass());
    }

    private static Object written(@Nullable Object value, Type declared) {
        if (value instanceof List<?> list && declared instanceof ParameterizedType type) {
            return list.stream()
                    .map(item -> written(item, type.getActualTypeArguments()[0]))
                    .toList();
        } else if (value instanceof Enum<?> constant) {
            return lower(constant);
        } else if (value instanceof Path file) {
            return file.toString();
        } else if (!(value instanceof Record)) {
            return value == null ? "none" : value;
        }
        RecordType shape = RecordType.of(value.getClass());
        Map<String, Object> map = new LinkedHashMap<>();
        for (Setting key : shape.settings()) {
            map.put(key.name(), written(key.of(value), key.type()));
        }
        Object body = map.size() == 1 ? map.values().iterator().next() : map;
        if (!(declared instanceof Class<?> type && RecordType.isChoice(type)) || body instanceof List<?>) {
            return body;
        }
        String name = RecordType.name(value.getClass());
        return map.isEmpty() ? name : Map.of(name, body);
    }

    static RecipeException wrong(YamlNode node, String path, String expected) {
        return wrong(node, path, expected, "");
    }

    private static RecipeException wrong(YamlNode node, String path, String expected, String suggestion) {
        return new RecipeException(
                node.where() + ": " + path + ": expected " + expected + ", found " + node.kind() + suggestion);
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
