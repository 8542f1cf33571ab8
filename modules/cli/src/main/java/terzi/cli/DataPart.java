package terzi.cli;

import java.util.Locale;

/** A part of a data set, or all of it. */
enum DataPart {
    TRAIN,
    VALIDATION,
    TEST,
    ALL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
