package terzi.vision;

import java.io.IOException;

/** Opens data sets. */
@SuppressWarnings("DoNotCallSuggester")
public final class Datasets {
    private Datasets() {}

    /** Opens a data set by name or path. */
    public static DatasetSplits open(String nameOrPath, DatasetOptions options) throws IOException {
        throw new UnsupportedOperationException();
    }
}
