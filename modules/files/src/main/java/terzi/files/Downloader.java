package terzi.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Downloads files with a known digest over HTTP. A file appears under its name only when it is complete and verified.
 * Until then it grows as {@code <name>.part}, and a later attempt resumes from there. When several threads or processes
 * fetch the same file, one downloads it and the others wait.
 */
public final class Downloader {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final int ATTEMPTS_PER_MIRROR = 3;

    private final Listener listener;
    private final Duration patience;
    private final HttpClient client;

    /** Receives the progress of downloads, in the downloading thread. */
    @FunctionalInterface
    public interface Listener {
        /** Ignores the progress. */
        Listener NONE = (file, bytes, total) -> {};

        /**
         * Called after each block of bytes.
         *
         * @param file name of the file, without a folder
         * @param bytes number of bytes on the disk so far, those of earlier attempts included
         * @param total length of the file in bytes, or -1 if the server does not announce it
         */
        void progress(String file, long bytes, long total);
    }

    /**
     * Creates a downloader that gives up on a server that sends nothing for 60 seconds.
     *
     * @param listener receives the progress
     */
    public Downloader(Listener listener) {
        this(listener, Duration.ofSeconds(60));
    }

    /** @param patience longest time that a server may send nothing */
    Downloader(Listener listener, Duration patience) {
        this.listener = listener;
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    /**
     * Downloads a file unless the folder has it already. A file that is there was verified when it was downloaded and
     * is not verified again.
     *
     * @param file name, digest and mirrors
     * @param folder where to store the file; created if it is missing
     * @return the path of the complete file in {@code folder}
     * @throws DownloadException if no mirror delivers the file
     * @throws IOException if the file cannot be stored or the thread is interrupted; the next call resumes from the
     *     bytes that have arrived
     */
    public Path fetch(RemoteFile file, Path folder) throws IOException {
        Path target = folder.resolve(file.name());
        if (Files.isRegularFile(target)) {
            return target;
        }
        return FileLocks.holding(target, () -> {
            if (!Files.isRegularFile(target)) { // nobody fetched it meanwhile
                download(file, target);
            }
            return target;
        });
    }

    private void download(RemoteFile file, Path target) throws IOException {
        Path part = target.resolveSibling(file.name() + ".part");
        List<String> failures = new ArrayList<>();
        for (URI mirror : file.mirrors()) {
            for (int attempt = 1; attempt <= ATTEMPTS_PER_MIRROR; attempt++) {
                Outcome outcome = attempt(file, mirror, part);
                if (outcome.isComplete()) {
                    WholeFile.move(part, target);
                    return;
                }
                failures.add(mirror + ": " + outcome.failure());
                if (!outcome.worthAnotherTry()) {
                    break;
                }
            }
        }
        throw new DownloadException(file.name() + " could not be downloaded:\n  " + String.join("\n  ", failures)
                + "\nCheck the connection (proxy: -Dhttps.proxyHost), or put the file by hand to " + target);
    }

    private record Outcome(String failure, boolean worthAnotherTry) {
        static final Outcome COMPLETE = new Outcome("", false);

        boolean isComplete() {
            return failure.isEmpty();
        }
    }

    /** One request, going on from what the part file holds. */
    private Outcome attempt(RemoteFile file, URI mirror, Path part) throws IOException {
        long have = Files.exists(part) ? Files.size(part) : 0;
        HttpRequest.Builder request =
                HttpRequest.newBuilder(mirror).timeout(patience).header("User-Agent", "terzi");
        if (have > 0) {
            request.header("Range", "bytes=" + have + "-");
        }
        HttpResponse<InputStream> response;
        try {
            response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the download of " + file.name() + " was interrupted", e);
        } catch (IOException e) {
            return new Outcome(describe(e), false);
        }
        try (InputStream body = response.body()) {
            boolean resumes = response.statusCode() == 206 && startsAt(response, have);
            if (response.statusCode() == 416 && have > 0) {
                // nothing lies beyond the part: it is complete, or of another file
                Outcome outcome = verified(file, part);
                return outcome.isComplete() ? outcome : new Outcome(outcome.failure(), true);
            }
            if (response.statusCode() != 200 && !resumes) {
                return new Outcome("HTTP " + response.statusCode(), false);
            }
            long start = resumes ? have : 0;
            long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
            String failure = copy(file, body, part, start, length < 0 ? -1 : start + length);
            if (!failure.isEmpty()) {
                return new Outcome(failure, true);
            }
        }
        Outcome outcome = verified(file, part);
        // a wrong digest after a resumption may come from the old beginning: once more from the start
        return outcome.isComplete() || have == 0 ? outcome : new Outcome(outcome.failure(), true);
    }

    private static boolean startsAt(HttpResponse<?> response, long offset) {
        return response.headers()
                .firstValue("Content-Range")
                .map(range -> range.startsWith("bytes " + offset + "-"))
                .orElse(false);
    }

    /** Appends to the part file; gives the reason if the server stopped early, or nothing. A failing disk throws. */
    private String copy(RemoteFile file, InputStream body, Path part, long start, long total) throws IOException {
        try (OutputStream out = start > 0
                        ? Files.newOutputStream(part, StandardOpenOption.WRITE, StandardOpenOption.APPEND)
                        : Files.newOutputStream(part);
                Watchdog watchdog = new Watchdog(body, patience)) {
            byte[] buffer = new byte[1 << 16];
            long bytes = start;
            while (true) {
                int n;
                try {
                    n = body.read(buffer);
                } catch (IOException e) {
                    return watchdog.hasBitten()
                            ? "nothing came for " + patience.toSeconds() + " s after " + bytes + " bytes"
                            : "broken off after " + bytes + " bytes: " + describe(e);
                }
                if (n < 0) {
                    return watchdog.hasBitten() ? "nothing came for " + patience.toSeconds() + " s" : "";
                }
                watchdog.pat();
                bytes += n;
                if (bytes > file.maxBytes()) {
                    Files.deleteIfExists(part);
                    return "more than the expected maximum of " + file.maxBytes() + " bytes";
                }
                out.write(buffer, 0, n);
                listener.progress(file.name(), bytes, total);
            }
        }
    }

    /** Compares the digest; a file that fails is deleted, since nothing in it can be trusted. */
    private static Outcome verified(RemoteFile file, Path part) throws IOException {
        if (file.sha256().isEmpty()) {
            return Outcome.COMPLETE;
        }
        String found;
        try (InputStream raw = Files.newInputStream(part);
                InputStream content =
                        file.packing() == RemoteFile.Packing.GZIP ? new GZIPInputStream(raw, 1 << 16) : raw) {
            found = Sha256.of(content);
        } catch (IOException e) {
            Files.deleteIfExists(part);
            return new Outcome("the content cannot be unpacked: " + describe(e), false);
        }
        if (found.equals(file.sha256())) {
            return Outcome.COMPLETE;
        }
        Files.deleteIfExists(part);
        return new Outcome("expected SHA-256 " + file.sha256() + ", found " + found, false);
    }

    private static String describe(IOException e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }
}
