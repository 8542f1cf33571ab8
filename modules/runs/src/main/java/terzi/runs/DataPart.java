package terzi.runs;

import java.util.Locale;

/** A part of a dataset, or all of it. */
public enum DataPart {
    /** The training images. */
    TRAIN,
    /** The images that settings are chosen by. */
    VALIDATION,
    /** The images that nothing is chosen by. */
    TEST,
    /** All images. */
    ALL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
