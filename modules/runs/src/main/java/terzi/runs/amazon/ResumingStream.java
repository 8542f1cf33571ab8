package terzi.runs.amazon;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.files.Watchdog;

/** A file on the web, read from its beginning to its end over as many connections as that takes. */
final class ResumingStream extends InputStream {
    private static final int BREAKS_WITHOUT_PROGRESS = 4;

    private final PoliteClient client;
    private final URI address;
    private Optional<String> tag = Optional.empty();
    private @Nullable InputStream body;
    private @Nullable Watchdog watchdog;
    private long position;
    private long length = -1;
    private int breaks;

    ResumingStream(PoliteClient client, URI address) throws IOException {
        this.client = client;
        this.address = address;
        connect();
    }

    private InputStream connect() throws IOException {
        HttpResponse<InputStream> response = client.from(address, position, tag);
        boolean resumes = response.statusCode() == 206;
        long announced = response.headers().firstValueAsLong("Content-Length").orElse(-1);
        long whole = announced < 0 ? -1 : announced + (resumes ? position : 0);
        Optional<String> newTag = response.headers().firstValue("ETag").filter(value -> value.startsWith("\""));
        boolean changed = position > 0
                && ((length >= 0 && whole >= 0 && whole != length)
                        || (tag.isPresent() && newTag.isPresent() && !tag.equals(newTag)));
        if (changed) {
            response.body().close();
            throw new PoliteClient.Refused(address + " has changed while it was read; run the command again");
        }
        length = whole;
        tag = newTag;
        body = response.body();
        watchdog = new Watchdog(body, client.patience());
        if (!resumes && position > 0) {
            body.skipNBytes(position);
        }
        return body;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int count) throws IOException {
        while (true) {
            String problem;
            try {
                InputStream in = body == null ? connect() : body;
                int n = in.read(buffer, offset, count);
                if (n > 0) {
                    position += n;
                    breaks = 0;
                    if (watchdog != null) {
                        watchdog.pat();
                    }
                    return n;
                }
                if (length < 0 || position >= length) {
                    return n;
                }
                problem = "the server closed the connection";
            } catch (PoliteClient.Missing | PoliteClient.Refused e) {
                throw e;
            } catch (IOException e) {
                problem = String.valueOf(e.getMessage());
            }
            close();
            breaks++;
            if (breaks >= BREAKS_WITHOUT_PROGRESS) {
                throw new IOException(address + ": broken off after " + position + " bytes, " + breaks
                        + " times in a row: " + problem + "; run the command again");
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (watchdog != null) {
            watchdog.close();
            watchdog = null;
        }
        if (body != null) {
            body.close();
            body = null;
        }
    }
}
