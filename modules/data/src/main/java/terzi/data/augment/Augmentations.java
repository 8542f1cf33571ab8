package terzi.data.augment;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one list of augmentations, by the names that recipes use: the record's name in lower case with underscores. Settings
 * are the record's components, spelled in the same way.
 */
public final class Augmentations {
    /** A new augmentation needs its default instance here and nothing else. */
    private static final List<Augmentation> DEFAULTS = List.of(
            Flip.DEFAULT,
            Shift.DEFAULT,
            Rotate.DEFAULT,
            Zoom.DEFAULT,
            Warp.DEFAULT,
            RandomResizedCrop.DEFAULT,
            ColorJitter.DEFAULT,
            Grayscale.DEFAULT,
            RandomErasing.DEFAULT,
            TrivialAugment.DEFAULT,
            RandAugment.DEFAULT);

    private static final Map<String, Augmentation> BY_NAME = new TreeMap<>();

    static {
        for (Augmentation augmentation : DEFAULTS) {
            if (BY_NAME.put(name(augmentation), augmentation) != null) {
                throw new IllegalStateException("two augmentations are called " + name(augmentation));
            }
        }
    }

    private Augmentations() {}

    /** All names, in alphabetical order. */
    public static Set<String> names() {
        return Collections.unmodifiableSet(BY_NAME.keySet());
    }

    /**
     * The augmentation of that name; settings that are not given keep their defaults.
     *
     * @param settings numbers for numbers, texts in any case for {@link Border} and the like
     * @throws IllegalArgumentException if the name or a setting is unknown, or a value is impossible
     */
    public static Augmentation create(String name, Map<String, ?> settings) {
        Augmentation defaults = BY_NAME.get(name);
        if (defaults == null) {
            throw new IllegalArgumentException("augmentation '" + name + "': expected one of " + names());
        }
        Map<String, Object> values = settings(defaults);
        RecordComponent[] components = defaults.getClass().getRecordComponents();
        for (String key : settings.keySet()) {
            if (!values.containsKey(key)) {
                throw new IllegalArgumentException(
                        "augmentation " + name + ": unknown setting '" + key + "', expected one of " + values.keySet());
            }
        }
        Object[] arguments = Arrays.stream(components)
                .map(component -> {
                    String key = snake(component.getName());
                    return settings.containsKey(key)
                            ? converted(name + ": " + key, settings.get(key), component.getType())
                            : values.get(key);
                })
                .toArray();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return (Augmentation)
                    defaults.getClass().getDeclaredConstructor(types).newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException wrong) {
                throw wrong;
            }
            throw new IllegalStateException("augmentation " + name + " cannot be made", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("augmentation " + name + " cannot be made", e);
        }
    }

    /** The name under which {@link #create} makes this kind of augmentation. */
    public static String name(Augmentation augmentation) {
        return snake(augmentation.getClass().getSimpleName());
    }

    /** All settings of an augmentation in the order of its components, as {@link #create} takes them. */
    public static Map<String, Object> settings(Augmentation augmentation) {
        if (!augmentation.getClass().isRecord()) {
            throw new IllegalArgumentException("expected a record, found " + augmentation.getClass());
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : augmentation.getClass().getRecordComponents()) {
            try {
                values.put(snake(component.getName()), component.getAccessor().invoke(augmentation));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(component + " cannot be read", e);
            }
        }
        return values;
    }

    private static Object converted(String where, @Nullable Object value, Class<?> type) {
        if (type == double.class && value instanceof Number number) {
            return number.doubleValue();
        }
        if (type == int.class && value instanceof Number number) {
            if (number.doubleValue() != number.intValue()) {
                throw new IllegalArgumentException(where + ": expected a whole number, found '" + value + "'");
            }
            return number.intValue();
        }
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                if (constant.toString().equalsIgnoreCase(String.valueOf(value))) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(where + ": expected one of "
                    + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT) + ", found '" + value + "'");
        }
        throw new IllegalArgumentException(where + ": expected a number, found '" + value + "'");
    }

    private static String snake(String camel) {
        return camel.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
