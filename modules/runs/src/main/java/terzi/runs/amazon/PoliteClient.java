package terzi.runs.amazon;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import terzi.files.Watchdog;
import terzi.runs.amazon.AmazonRequest.Pace;

/**
 * Asks one thing at a time, so that every server has one connection at most, with a pause between two requests. Does what
 * servers ask for (Retry-After), and gives up when they keep refusing.
 */
final class PoliteClient {
    private static final int ATTEMPTS = 4;
    private static final int REFUSALS_IN_A_ROW = 8;

    private final Pace pace;
    private final String userAgent;
    private final HttpClient images;
    private final HttpClient metadata;
    private final Map<String, Long> lastRequest = new HashMap<>();
    private int refusals;

    /** A server that does not want to, or cannot; whoever asks should stop for now. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /** Something that is not to be had: a reason for counting, and whether it may be there another time. */
    static final class Missing extends IOException {
        private static final long serialVersionUID = 1;

        private final boolean forGood;

        Missing(String reason, boolean forGood) {
            super(reason);
            this.forGood = forGood;
        }

        String reason() {
            return String.valueOf(getMessage());
        }

        boolean isForGood() {
            return forGood;
        }
    }

    PoliteClient(Pace pace, String version) {
        this.pace = pace;
        this.userAgent = "Terzi/" + version + " (builds an image folder for one user)";
        this.images = client(HttpClient.Redirect.NEVER);
        this.metadata = client(HttpClient.Redirect.NORMAL);
    }

    private HttpClient client(HttpClient.Redirect redirect) {
        return HttpClient.newBuilder()
                .connectTimeout(pace.patience())
                .followRedirects(redirect)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** All of a small file. Redirections are not followed: they could lead anywhere. */
    byte[] fetch(URI address, int maxBytes) throws IOException {
        HttpResponse<InputStream> response = ask(images, request(address).build());
        try (InputStream body = response.body();
                Watchdog watchdog = new Watchdog(body, pace.patience())) {
            byte[] bytes;
            try {
                bytes = body.readNBytes(maxBytes + 1);
            } catch (IOException e) {
                throw new Missing(watchdog.hasBitten() ? "no answer" : "broken off", false);
            }
            if (bytes.length > maxBytes) {
                throw new Missing("too many bytes", true);
            }
            return bytes;
        }
    }

    /** A large file as a stream from its beginning; goes on by itself when the connection breaks. */
    InputStream stream(URI address) throws IOException {
        return new ResumingStream(this, address);
    }

    /** The rest of a file from a position on; {@code 200} in place of {@code 206} gives all of it. */
    HttpResponse<InputStream> from(URI address, long position, Optional<String> tag) throws IOException {
        HttpRequest.Builder request = request(address);
        if (position > 0) {
            request.header("Range", "bytes=" + position + "-");
            tag.ifPresent(value -> request.header("If-Range", value));
        }
        return ask(metadata, request.build());
    }

    Duration patience() {
        return pace.patience();
    }

    private HttpRequest.Builder request(URI address) {
        return HttpRequest.newBuilder(address).timeout(pace.patience()).header("User-Agent", userAgent);
    }

    private HttpResponse<InputStream> ask(HttpClient client, HttpRequest request) throws IOException {
        String host = String.valueOf(request.uri().getHost());
        Duration wait = pace.retry();
        String problem = "no answer";
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            pause(host);
            Optional<Duration> asked = Optional.empty();
            try {
                HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
                int status = response.statusCode();
                if (status == 200 || status == 206) {
                    refusals = 0;
                    return response;
                }
                response.body().close();
                problem = "HTTP " + status;
                if (status == 401 || status == 403) {
                    // said of one image or of this user: asking again at once changes neither
                    break;
                }
                if (status != 429 && status < 500) {
                    refusals = 0;
                    throw new Missing(problem, true);
                }
                asked = retryAfter(response);
            } catch (Missing e) {
                throw e;
            } catch (InterruptedException e) {
                throw interrupted();
            } catch (IOException e) {
                problem = "no answer";
            }
            if (asked.isPresent() && asked.get().compareTo(pace.patience()) > 0) {
                throw new Refused(host + " asks not to come back for "
                        + asked.get().toSeconds() + " s; run the command again then: it goes on where it stopped");
            }
            if (attempt < ATTEMPTS) {
                sleep(asked.orElse(wait));
                wait = wait.multipliedBy(2);
            }
        }
        refusals++;
        if (refusals >= REFUSALS_IN_A_ROW) {
            throw new Refused(host + " has refused " + refusals + " requests in a row (" + problem
                    + "); run the command again later: it goes on where it stopped");
        }
        throw new Missing(problem, false);
    }

    /** RFC 9110, section 10.2.3: seconds or a date. */
    private static Optional<Duration> retryAfter(HttpResponse<?> response) {
        String text = response.headers().firstValue("Retry-After").orElse("").strip();
        if (text.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Duration left = Duration.between(
                    ZonedDateTime.now(java.time.ZoneOffset.UTC),
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
            return Optional.of(left.isNegative() ? Duration.ZERO : left);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private void pause(String host) throws IOException {
        Long last = lastRequest.get(host);
        if (last != null) {
            sleep(pace.delay().minusNanos(System.nanoTime() - last));
        }
        lastRequest.put(host, System.nanoTime());
    }

    private static void sleep(Duration duration) throws IOException {
        try {
            if (!duration.isNegative()) {
                Thread.sleep(duration.toMillis());
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static IOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted; run the command again to go on where it stopped");
    }
}
