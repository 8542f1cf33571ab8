package terzi.training;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes records from YAML and YAML trees from records.
 *
 * <p>A record's keys are its components. A key that is not given keeps the value it has in the record's own default: a
 * public constructor or static factory whose parameters are components that are all given (the shortest one). A sealed
 * interface is written as the name of one of its records, alone or as the one key above that record's keys: {@code relu},
 * or {@code adam: {beta1: 0.8}}. A record that needs exactly one value can be written as that value: {@code dropout: 0.5}; and
 * a list of one file as that file.
 */
final class RecordBinder {
    private static final String PRESET = "preset";

    private final Map<Class<?>, Special<?>> specials = new HashMap<>();
    private final Map<Class<?>, YamlRecords.Presets<?>> presets = new HashMap<>();

    /** How one type is read and written that is not bound like a record. */
    interface Special<T> {
        T read(YamlNode node, String path) throws RecipeException;

        Object write(T value);
    }

    <T> RecordBinder with(Class<T> type, Special<T> special) {
        specials.put(type, special);
        return this;
    }

    RecordBinder with(YamlRecords.Presets<?> choice) {
        presets.put(choice.type(), choice);
        return this;
    }

    <T> T read(YamlNode node, Class<T> type, String path) throws RecipeException {
        return type.cast(value(node, type, path, null));
    }

    /** A record with the settings that {@code node} gives, and those of {@code value} for all others. */
    <T extends Record> T changed(T value, YamlNode.Mapping node) throws RecipeException {
        @SuppressWarnings("unchecked") // an object's own class
        Class<T> type = (Class<T>) value.getClass();
        return type.cast(record(node, type, "", value));
    }

    /** @param base where settings that are not given come from; null = the type's own defaults */
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
        Special<?> special = specials.get(raw);
        if (special != null) {
            return Objects.requireNonNull(special.read(node, path));
        } else if (raw.isEnum()) {
            return constant(node, raw, path);
        } else if (raw.isRecord()) {
            return record(node, raw, path, base);
        } else if (raw.isSealed()) {
            return choice(node, raw, path, base);
        }
        return Scalars.read(node, raw, path);
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

    private static String lower(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
    }

    /** The name of a record in YAML: its own with a small first letter. */
    static String name(Class<?> type) {
        String simple = type.getSimpleName();
        return simple.substring(0, 1).toLowerCase(Locale.ROOT) + simple.substring(1);
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(RecordBinder::leaves)
                : Stream.of(type);
    }

    private Object choice(YamlNode node, Class<?> type, String path, @Nullable Object base) throws RecipeException {
        Map<String, Class<?>> choices = new LinkedHashMap<>();
        leaves(type).forEach(leaf -> choices.put(name(leaf), leaf));
        String allowed = "one of " + String.join(", ", choices.keySet());
        if (node instanceof YamlNode.Scalar scalar && scalar.text() != null) {
            Class<?> chosen = find(choices, scalar.text());
            if (chosen == null) {
                throw wrong(node, path, allowed, Suggestion.of(node, choices.keySet()));
            }
            return record(new YamlNode.Mapping(node.where()), chosen, join(path, name(chosen)), same(chosen, base));
        } else if (node instanceof YamlNode.Mapping mapping && mapping.entries().size() == 1) {
            Map.Entry<String, YamlNode.Entry> only =
                    mapping.entries().entrySet().iterator().next();
            Class<?> chosen = find(choices, only.getKey());
            if (chosen == null) {
                throw new RecipeException(only.getValue().where() + ": " + path + ": expected " + allowed + ", found '"
                        + only.getKey() + "'" + Suggestion.of(only.getKey(), choices.keySet()));
            }
            return record(only.getValue().value(), chosen, join(path, name(chosen)), same(chosen, base));
        } else if (node instanceof YamlNode.Mapping mapping) {
            throw new RecipeException(node.where() + ": " + path + ": expected " + allowed + ", found several: "
                    + String.join(", ", mapping.entries().keySet()));
        }
        throw wrong(node, path, allowed);
    }

    private static @Nullable Object same(Class<?> chosen, @Nullable Object base) {
        return chosen.isInstance(base) ? base : null;
    }

    private static @Nullable Class<?> find(Map<String, Class<?>> choices, String name) {
        return choices.entrySet().stream()
                .filter(choice -> choice.getKey().equalsIgnoreCase(name))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse(null);
    }

    private Object record(YamlNode node, Class<?> type, String path, @Nullable Object given) throws RecipeException {
        YamlNode.Mapping mapping = mapping(node, type, path);
        Object base = presets.containsKey(type) ? preset(mapping, type, path, given) : given;
        List<String> keys = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
        for (Map.Entry<String, YamlNode.Entry> entry : mapping.entries().entrySet()) {
            if (!keys.contains(entry.getKey())) {
                throw new RecipeException(entry.getValue().where() + ": unknown key '" + entry.getKey() + "'"
                        + (path.isEmpty() ? "" : " in " + path)
                        + (keys.isEmpty() ? ". It has no keys" : Suggestion.ofAll(entry.getKey(), keys)));
            }
        }
        Map<String, @Nullable Object> values = new HashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            YamlNode.Entry entry = mapping.entries().get(component.getName());
            if (entry != null) {
                Object before = base == null ? null : get(component, base);
                values.put(
                        component.getName(),
                        isNone(entry.value(), component)
                                ? null
                                : value(
                                        entry.value(),
                                        component.getGenericType(),
                                        join(path, component.getName()),
                                        before));
            } else if (base != null) {
                values.put(component.getName(), get(component, base));
            }
        }
        try {
            return complete(type, values, mapping, path);
        } catch (InvocationTargetException e) {
            Throwable refused = e.getCause();
            if (refused instanceof IllegalArgumentException || refused instanceof ArithmeticException) {
                throw new RecipeException(blamed(mapping, String.valueOf(refused.getMessage())) + ": "
                        + (path.isEmpty() ? "" : path + ": ") + refused.getMessage());
            }
            throw new IllegalStateException(type + " cannot be made from " + values, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be made from " + values, e);
        }
    }

    /** Takes the key {@code preset} out of a mapping; without one, what was the base before, or the usual preset. */
    private Object preset(YamlNode.Mapping mapping, Class<?> type, String path, @Nullable Object base)
            throws RecipeException {
        YamlNode.Entry entry = mapping.entries().remove(PRESET);
        YamlRecords.Presets<?> known = Objects.requireNonNull(presets.get(type));
        Map<String, ?> named = known.values();
        if (entry == null) {
            return base == null ? Objects.requireNonNull(named.get(known.usual())) : base;
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

    private static @Nullable Object get(RecordComponent component, Object value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    /** The line of the key that a refusal begins with, or of the whole record. */
    private static String blamed(YamlNode.Mapping mapping, String message) {
        return mapping.entries().entrySet().stream()
                .filter(entry ->
                        message.startsWith(entry.getKey() + " ") || message.contains(": " + entry.getKey() + " "))
                .findFirst()
                .map(entry -> entry.getValue().where())
                .orElse(mapping.where());
    }

    private static boolean isNone(YamlNode node, RecordComponent component) {
        AnnotatedType type = component.getAnnotatedType();
        return type.isAnnotationPresent(Nullable.class)
                && node instanceof YamlNode.Scalar scalar
                && (scalar.text() == null || scalar.text().equalsIgnoreCase("none"));
    }

    private static YamlNode.Mapping mapping(YamlNode node, Class<?> type, String path) throws RecipeException {
        if (node instanceof YamlNode.Mapping mapping) {
            return mapping;
        }
        YamlNode.Mapping mapping = new YamlNode.Mapping(node.where());
        if (node instanceof YamlNode.Scalar scalar && scalar.text() == null) {
            return mapping;
        }
        Parameter[] needed = shortest(type).getParameters();
        if (needed.length != 1) {
            throw wrong(
                    node,
                    path,
                    "keys and values, of "
                            + Arrays.stream(type.getRecordComponents())
                                    .map(RecordComponent::getName)
                                    .collect(Collectors.joining(", ")));
        }
        mapping.entries().put(needed[0].getName(), new YamlNode.Entry(node.where(), node));
        return mapping;
    }

    /** Public ways to make a record from some of its components. */
    private static Stream<Executable> makers(Class<?> type) {
        Map<String, Class<?>> components = Arrays.stream(type.getRecordComponents())
                .collect(Collectors.toMap(RecordComponent::getName, RecordComponent::getType));
        Stream<Method> factories = Arrays.stream(type.getMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()) && method.getReturnType() == type);
        return Stream.<Executable>concat(Arrays.stream(type.getConstructors()), factories)
                .filter(maker -> Arrays.stream(maker.getParameters())
                        .allMatch(parameter -> parameter.getType() == components.get(parameter.getName())))
                .sorted(Comparator.comparingInt(Executable::getParameterCount));
    }

    private static Executable shortest(Class<?> type) {
        return makers(type).findFirst().orElseThrow();
    }

    private static Object complete(
            Class<?> type, Map<String, @Nullable Object> given, YamlNode.Mapping mapping, String path)
            throws ReflectiveOperationException, RecipeException {
        if (given.size() == type.getRecordComponents().length) {
            return construct(type, given);
        }
        Executable maker = makers(type)
                .filter(candidate -> Arrays.stream(candidate.getParameters())
                        .allMatch(parameter -> given.containsKey(parameter.getName())))
                .findFirst()
                .orElse(null);
        if (maker == null) {
            List<String> missing = Arrays.stream(shortest(type).getParameters())
                    .map(Parameter::getName)
                    .filter(name -> !given.containsKey(name))
                    .toList();
            throw new RecipeException(mapping.where() + ": " + (path.isEmpty() ? "the recipe" : path) + " lacks "
                    + String.join(", ", missing));
        }
        Object defaults = make(
                maker,
                Arrays.stream(maker.getParameters())
                        .map(parameter -> given.get(parameter.getName()))
                        .toArray());
        Map<String, @Nullable Object> all = new HashMap<>(given);
        for (RecordComponent component : type.getRecordComponents()) {
            if (!given.containsKey(component.getName())) {
                all.put(component.getName(), get(component, defaults));
            }
        }
        return construct(type, all);
    }

    private static Object construct(Class<?> type, Map<String, @Nullable Object> values)
            throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] all = new @Nullable Object[components.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = values.get(components[i].getName());
        }
        return type.getDeclaredConstructor(
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
                .newInstance(all);
    }

    private static Object make(Executable maker, @Nullable Object[] arguments) throws ReflectiveOperationException {
        if (maker instanceof java.lang.reflect.Constructor<?> constructor) {
            return constructor.newInstance(arguments);
        }
        return Objects.requireNonNull(((Method) maker).invoke(null, arguments));
    }

    /** Maps, lists, texts and numbers that {@link #read} turns into an equal value. */
    @Nullable Object write(@Nullable Object value) {
        if (value == null) {
            return "none";
        }
        for (Map.Entry<Class<?>, Special<?>> special : specials.entrySet()) {
            if (special.getKey().isInstance(value)) {
                return writeSpecial(special.getKey(), special.getValue(), value);
            }
        }
        if (value instanceof List<?> list) {
            return list.stream().map(this::write).toList();
        } else if (value instanceof Enum<?> constant) {
            return lower(constant);
        } else if (value instanceof Record) {
            return writeRecord(value);
        }
        return value;
    }

    private static <T> Object writeSpecial(Class<?> type, Special<T> special, Object value) {
        @SuppressWarnings("unchecked") // with() puts a type and its own special together
        T typed = (T) type.cast(value);
        return special.write(typed);
    }

    private Object writeRecord(Object value) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            map.put(component.getName(), write(get(component, value)));
        }
        boolean chosen = Arrays.stream(value.getClass().getInterfaces()).anyMatch(Class::isSealed);
        if (!chosen) {
            return map;
        }
        String name = name(value.getClass());
        return map.isEmpty() ? name : Map.of(name, map);
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
