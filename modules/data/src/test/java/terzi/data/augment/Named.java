package terzi.data.augment;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Augmentations by name, with some numbers changed: {@code random_erasing} with a {@code min_area} of 0.1. */
final class Named {
    private Named() {}

    static List<String> names() {
        return Augmentations.all().stream()
                .map(each -> snake(each.getClass().getSimpleName()))
                .toList();
    }

    private static String snake(String camel) {
        return camel.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    /** @param settings numbers by component, in snake_case */
    static Augmentation create(String name, Map<String, ? extends Number> settings) {
        Augmentation defaults = Augmentations.all().get(names().indexOf(name));
        RecordComponent[] components = defaults.getClass().getRecordComponents();
        try {
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                Number given = settings.get(snake(components[i].getName()));
                values[i] = given == null
                        ? components[i].getAccessor().invoke(defaults)
                        : components[i].getType() == int.class ? (Object) given.intValue() : given.doubleValue();
            }
            return defaults.getClass()
                    .getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new))
                    .newInstance(values);
        } catch (InvocationTargetException e) {
            throw (RuntimeException) e.getCause();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
