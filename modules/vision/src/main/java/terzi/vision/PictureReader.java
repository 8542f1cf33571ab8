package terzi.vision;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Reads pictures. */
@SuppressWarnings("DoNotCallSuggester")
public final class PictureReader {
    private PictureReader() {}

    /**
     * What a picture may cost at most.
     *
     * @param maxPixels width times height, checked in the header before anything is decoded
     * @param maxBytes length of the encoded picture
     */
    public record Limits(long maxPixels, long maxBytes) {
        public static final Limits DEFAULT = new Limits(100_000_000, 256L << 20);

        public Limits {
            if (maxPixels < 1 || maxBytes < 1) {
                throw new IllegalArgumentException(
                        "limits: expected positive numbers, found maxPixels " + maxPixels + ", maxBytes " + maxBytes);
            }
        }
    }

    public static Picture read(Path path) throws IOException {
        return read(path, Limits.DEFAULT);
    }

    public static Picture read(Path path, Limits limits) throws IOException {
        throw new UnsupportedOperationException();
    }

    public static Picture read(byte[] bytes, String name) throws PictureException {
        return read(bytes, name, Limits.DEFAULT);
    }

    public static Picture read(byte[] bytes, String name, Limits limits) throws PictureException {
        throw new UnsupportedOperationException();
    }

    public static Picture read(InputStream stream, String name) throws IOException {
        return read(stream, name, Limits.DEFAULT);
    }

    public static Picture read(InputStream stream, String name, Limits limits) throws IOException {
        throw new UnsupportedOperationException();
    }
}
