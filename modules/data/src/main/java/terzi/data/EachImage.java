package terzi.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import terzi.images.ImageException;

/**
 * Work on every image of a dataset, on all processors. Only what is wrong with an image itself leaves the image out; a
 * failing disk, too small a heap or an interrupted thread ends the work, because the same images would be there elsewhere
 * or the next time.
 */
final class EachImage {
    private EachImage() {}

    /** Reads an image and uses it. */
    @FunctionalInterface
    interface Work {
        void on(int i) throws IOException;
    }

    /**
     * Does the work for the numbers from 0 to {@code count}.
     *
     * @param ids names images in reports
     * @return why images were left out, by number; null for those that were not
     */
    static DatasetReport.@Nullable Skipped[] run(int count, IntFunction<String> ids, Work work) throws IOException {
        DatasetReport.@Nullable Skipped[] skipped = new DatasetReport.@Nullable Skipped[count];
        try {
            IntStream.range(0, count).parallel().forEach(i -> {
                try {
                    skipped[i] = runOne(i, ids, work);
                } catch (ImageException e) {
                    throw new UncheckedIOException(e);
                } catch (IOException e) {
                    throw new UncheckedIOException(new IOException(ids.apply(i) + ": " + e.getMessage(), e));
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return skipped;
    }

    private static DatasetReport.@Nullable Skipped runOne(int i, IntFunction<String> ids, Work work)
            throws IOException {
        try {
            work.on(i);
            return null;
        } catch (ImageException e) {
            return DatasetReport.Skipped.of(ids.apply(i), e);
        }
    }
}
