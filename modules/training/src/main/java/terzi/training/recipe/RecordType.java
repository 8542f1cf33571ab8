package terzi.training.recipe;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import terzi.data.augment.Augmentation;
import terzi.data.augment.Augmentations;
import terzi.files.Defaults;

/**
 * A record as a section of a YAML file: the one place that binds names and settings to records. {@link RecordBinder} reads and writes
 * by it, and the JSON Schema of recipes is made from it.
 *
 * <p>Keys are the record's components in {@code snake_case}. A file must give those that the {@link Defaults} maker takes; a record
 * without such a maker has no defaults. The settings of an {@link Unwrapped} component stand beside the others.
 *
 * @param settings in the order of the components
 * @param defaults the settings that a file leaves out, from those that it must give; empty where it must give all
 */
record RecordType(
        Class<?> type, List<Setting> settings, Optional<Function<Map<Setting, @Nullable Object>, Object>> defaults) {
    /** Names that are one word wherever people know them from. */
    private static final Map<String, String> ONE_WORD =
            Map.of("adam_w", "adamw", "rms_prop", "rmsprop", "cut_mix", "cutmix");

    /**
     * One setting.
     *
     * @param path the components that lead to it; all but the last are {@link Unwrapped}
     */
    record Setting(String name, List<RecordComponent> path, boolean isRequired) {
        RecordComponent component() {
            return path.get(path.size() - 1);
        }

        Type type() {
            return component().getGenericType();
        }

        boolean isNullable() {
            return component().getAnnotatedType().isAnnotationPresent(Nullable.class);
        }

        @Nullable Object of(Object value) {
            Object found = value;
            for (RecordComponent component : path) {
                try {
                    found = component.getAccessor().invoke(found);
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(component + " cannot be read", e);
                }
            }
            return found;
        }
    }

    static RecordType of(Class<?> type) {
        for (Augmentation each : Augmentations.all()) {
            if (each.getClass() == type) {
                return new RecordType(type, settings(type, List.of()), Optional.of(given -> each));
            }
        }
        Optional<Executable> marked = Stream.<Executable>concat(
                        Arrays.stream(type.getDeclaredConstructors()), Arrays.stream(type.getDeclaredMethods()))
                .filter(maker -> maker.isAnnotationPresent(Defaults.class))
                .findFirst();
        if (marked.isEmpty()) {
            return new RecordType(type, settings(type, components(type)), Optional.empty());
        }
        Executable maker = marked.get();
        List<String> taken =
                Arrays.stream(maker.getParameters()).map(Parameter::getName).toList();
        if (!taken.equals(components(type).stream().filter(taken::contains).toList())) {
            throw new IllegalStateException(maker + ": expected components in their order, found " + taken);
        }
        List<Setting> settings = settings(type, taken);
        return new RecordType(
                type,
                settings,
                Optional.of(given -> made(
                        maker,
                        settings.stream()
                                .filter(Setting::isRequired)
                                .map(given::get)
                                .toArray())));
    }

    private static List<String> components(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    private static List<Setting> settings(Class<?> type, List<String> required) {
        return Arrays.stream(type.getRecordComponents())
                .flatMap(component -> settings(component, required))
                .toList();
    }

    private static Stream<Setting> settings(RecordComponent component, List<String> required) {
        if (!component.isAnnotationPresent(Unwrapped.class)) {
            String name = component.getName();
            return Stream.of(new Setting(SnakeCase.of(name), List.of(component), required.contains(name)));
        }
        return settings(component.getType(), List.of()).stream()
                .map(inner -> new Setting(
                        inner.name(),
                        Stream.concat(Stream.of(component), inner.path().stream())
                                .toList(),
                        false));
    }

    List<Setting> required() {
        return settings.stream().filter(Setting::isRequired).toList();
    }

    /** The key whose value can stand for the whole record: the only one, or the only one that a file must give. */
    Optional<Setting> shorthand() {
        List<Setting> candidates = settings.size() == 1 ? settings : required();
        return candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty();
    }

    boolean isList() {
        return shorthand()
                .filter(key -> key.component().getType() == List.class)
                .isPresent();
    }

    Optional<Setting> key(String name) {
        return settings.stream()
                .filter(key -> fold(key.name()).equals(fold(name)))
                .findFirst();
    }

    /**
     * A record of these settings.
     *
     * @param base where other settings come from; may be null when there are none
     * @throws IllegalArgumentException if the record refuses them
     */
    Object create(@Nullable Object base, Map<Setting, @Nullable Object> given) {
        return create(
                type,
                settings.stream()
                        .map(key -> given.containsKey(key) ? given.get(key) : key.of(Objects.requireNonNull(base)))
                        .iterator());
    }

    /** @param values of the settings of this record and of those unwrapped in it, in order */
    private static Object create(Class<?> type, Iterator<? extends @Nullable Object> values) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] arguments = new Object[components.length];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = components[i].isAnnotationPresent(Unwrapped.class)
                    ? create(components[i].getType(), values)
                    : values.next();
        }
        try {
            return made(
                    type.getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new)),
                    arguments);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(type + " is not a record", e);
        }
    }

    private static Object made(Executable maker, @Nullable Object[] arguments) {
        try {
            return maker instanceof Constructor<?> constructor
                    ? constructor.newInstance(arguments)
                    : Objects.requireNonNull(((Method) maker).invoke(null, arguments));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException(maker + " fails on " + Arrays.toString(arguments), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(maker + " cannot be called with " + Arrays.toString(arguments), e);
        }
    }

    /** Whether a value of this type is written with the name of its record. */
    static boolean isChoice(Class<?> type) {
        return type.isSealed() || type == Augmentation.class;
    }

    /** The records of a type that {@link #isChoice}, in the order of their names. */
    static Map<String, Class<?>> choices(Class<?> type) {
        Stream<? extends Class<?>> all =
                type.isSealed() ? leaves(type) : Augmentations.all().stream().map(Augmentation::getClass);
        return all.collect(Collectors.toMap(RecordType::name, each -> each, (a, b) -> a, TreeMap::new));
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(RecordType::leaves)
                : Stream.of(type);
    }

    /** The name of a record in YAML. */
    static String name(Class<?> type) {
        String simple = type.getSimpleName();
        String name = SnakeCase.of(simple.substring(0, 1).toLowerCase(Locale.ROOT) + simple.substring(1));
        return ONE_WORD.getOrDefault(name, name);
    }

    /** What all spellings of a name have in common, such as those of {@code batch_size} and {@code batchSize}. */
    static String fold(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** The names that lead to a setting, as they are written now; a name that is not known stays as it is. */
    static String spelled(Class<?> type, Iterator<String> names) {
        if (!names.hasNext()) {
            return "";
        }
        String name = names.next();
        String now = name;
        Class<?> next = Void.class;
        if (type.isRecord()) {
            Optional<Setting> key = RecordType.of(type).key(name);
            now = key.map(Setting::name).orElse(name);
            next = key.<Class<?>>map(known -> known.component().getType()).orElse(next);
        } else if (isChoice(type)) {
            for (Map.Entry<String, Class<?>> choice : choices(type).entrySet()) {
                if (fold(choice.getKey()).equals(fold(name))) {
                    now = choice.getKey();
                    next = choice.getValue();
                }
            }
        }
        String rest = spelled(next, names);
        return rest.isEmpty() ? now : now + "." + rest;
    }
}
