package terzi.runs.amazon;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a stream, gzipped or plain, none longer than it may be. */
final class Lines implements AutoCloseable {
    private static final int MAX_LENGTH = 4 << 20;

    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 13);
    private boolean tooLong;

    private Lines(InputStream in) {
        this.in = in;
    }

    static Lines of(InputStream stream) throws IOException {
        BufferedInputStream raw = new BufferedInputStream(stream, 1 << 16);
        raw.mark(2);
        boolean gzipped = raw.read() == 0x1f && raw.read() == 0x8b;
        raw.reset();
        return new Lines(gzipped ? new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16) : raw);
    }

    /** The next line in UTF-8, or null at the end; see {@link #wasTooLong()}. */
    @Nullable String next() throws IOException {
        line.reset();
        tooLong = false;
        boolean any = false;
        for (int b = in.read(); b >= 0; b = in.read()) {
            any = true;
            if (b == '\n') {
                break;
            }
            if (line.size() < MAX_LENGTH) {
                line.write(b);
            } else {
                tooLong = true;
            }
        }
        return any ? line.toString(StandardCharsets.UTF_8) : null;
    }

    /** Whether the end of the last line was thrown away. */
    boolean wasTooLong() {
        return tooLong;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
