package terzi.vision.augment;

import java.util.Map;
import java.util.Set;

/** The one list of augmentations, by the names that recipes use. */
@SuppressWarnings("DoNotCallSuggester")
public final class Augmentations {
    private Augmentations() {}

    /** All names, in alphabetical order. */
    public static Set<String> names() {
        throw new UnsupportedOperationException();
    }

    /**
     * The augmentation of that name; settings that are not given keep their defaults. Keys are the record's components.
     *
     * @throws IllegalArgumentException if the name or a setting is unknown, or a value is impossible
     */
    public static Augmentation create(String name, Map<String, ?> settings) {
        throw new UnsupportedOperationException();
    }

    /** The name under which {@link #create} makes this kind of augmentation. */
    public static String name(Augmentation augmentation) {
        throw new UnsupportedOperationException();
    }

    /** All settings of an augmentation, as {@link #create} takes them. */
    public static Map<String, Object> settings(Augmentation augmentation) {
        throw new UnsupportedOperationException();
    }
}
