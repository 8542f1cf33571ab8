package terzi.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.files.RemoteFile.Packing;

class DownloaderTest {
    private final byte[] content = new byte[300_000];
    private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
    private LocalServer server;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        new Random(1).nextBytes(content);
        server = new LocalServer(this::answer);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(exchange.getRequestURI().getPath() + (range == null ? "" : " " + range));
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        switch (exchange.getRequestURI().getPath()) {
            case "/good" -> {
                if (from >= content.length) {
                    exchange.sendResponseHeaders(416, -1);
                    return;
                }
                send(exchange, range == null ? 200 : 206, content, from, content.length);
            }
            case "/norange" -> send(exchange, 200, content, 0, content.length);
            case "/wrong" -> {
                byte[] other = content.clone();
                other[77] ^= 1;
                send(exchange, 200, other, 0, other.length);
            }
            case "/short" ->
                send(exchange, range == null ? 200 : 206, content, from, Math.min(content.length, from + 120_000));
            case "/stalls" -> {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content, 0, 1000);
                exchange.getResponseBody().flush();
                try {
                    Thread.sleep(5_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            case "/gz" -> {
                ByteArrayOutputStream packed = new ByteArrayOutputStream();
                try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
                    zip.write(content);
                }
                send(exchange, 200, packed.toByteArray(), 0, packed.size());
            }
            case "/moved" -> {
                exchange.getResponseHeaders().add("Location", "/good");
                exchange.sendResponseHeaders(302, -1);
            }
            default -> exchange.sendResponseHeaders(404, -1);
        }
    }

    /** Announces everything from {@code from} on and sends it up to {@code end}. */
    private static void send(HttpExchange exchange, int status, byte[] bytes, int from, int end) throws IOException {
        if (status == 206) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
        }
        exchange.sendResponseHeaders(status, bytes.length - from);
        OutputStream out = exchange.getResponseBody();
        out.write(bytes, from, end - from);
        out.flush();
    }

    private RemoteFile file(Packing packing, String... paths) {
        List<URI> mirrors = Stream.of(paths).map(path -> server.uri(path)).toList();
        return new RemoteFile("data.bin", Sha256.of(content), packing, 1_000_000, mirrors);
    }

    private Path fetch(RemoteFile file) throws IOException {
        return new Downloader(Downloader.Listener.NONE, Duration.ofMillis(700)).fetch(file, folder.resolve("new"));
    }

    private void assertNothingIsLeft() {
        assertFalse(Files.exists(folder.resolve("new/data.bin")));
        assertFalse(Files.exists(folder.resolve("new/data.bin.part")));
    }

    @Test
    void fetchesOnceAndFindsItAgain() throws IOException {
        Path file = fetch(file(Packing.NONE, "/good"));
        assertArrayEquals(content, Files.readAllBytes(file));
        assertEquals(file, fetch(file(Packing.NONE, "/good")));
        assertEquals(List.of("/good"), List.copyOf(requests));
        assertFalse(Files.exists(folder.resolve("new/data.bin.part")));
    }

    @Test
    void followsARedirectAndTellsProgress() throws IOException {
        long[] last = new long[2];
        new Downloader((name, bytes, total) -> {
                    last[0] = bytes;
                    last[1] = total;
                })
                .fetch(file(Packing.NONE, "/moved"), folder);
        assertArrayEquals(new long[] {content.length, content.length}, last);
    }

    @Test
    void aMissingFileIsTakenFromTheNextMirror() throws IOException {
        assertArrayEquals(content, Files.readAllBytes(fetch(file(Packing.NONE, "/none", "/good"))));
        assertEquals(List.of("/none", "/good"), List.copyOf(requests));
    }

    @Test
    void aWrongDigestIsRefusedAndTheNextMirrorStartsAfresh() throws IOException {
        assertArrayEquals(content, Files.readAllBytes(fetch(file(Packing.NONE, "/wrong", "/good"))));
        assertEquals(List.of("/wrong", "/good"), List.copyOf(requests));
    }

    @Test
    void nothingIsStoredUnderTheNameIfEveryMirrorFails() {
        DownloadException e = assertThrows(DownloadException.class, () -> fetch(file(Packing.NONE, "/wrong", "/none")));
        assertTrue(e.getMessage().contains("expected SHA-256 " + Sha256.of(content) + ", found"), e.getMessage());
        assertTrue(e.getMessage().contains("/none: HTTP 404"), e.getMessage());
        assertTrue(
                e.getMessage().contains("put the file by hand to " + folder.resolve("new/data.bin")), e.getMessage());
        assertNothingIsLeft();
    }

    @Test
    void aBrokenConnectionIsResumed() throws IOException {
        assertArrayEquals(content, Files.readAllBytes(fetch(file(Packing.NONE, "/short"))));
        assertEquals(3, requests.size());
        assertTrue(requests.stream().skip(1).allMatch(r -> r.contains("bytes=")), requests.toString());
    }

    @Test
    void aPartFromAnEarlierRunIsContinued() throws IOException {
        Files.createDirectories(folder.resolve("new"));
        Files.write(folder.resolve("new/data.bin.part"), Arrays.copyOf(content, 1234));
        assertArrayEquals(content, Files.readAllBytes(fetch(file(Packing.NONE, "/good"))));
        assertEquals(List.of("/good bytes=1234-"), List.copyOf(requests));
    }

    @Test
    void aCompletePartIsOnlyVerified() throws IOException {
        Files.createDirectories(folder.resolve("new"));
        Files.write(folder.resolve("new/data.bin.part"), content);
        assertArrayEquals(content, Files.readAllBytes(fetch(file(Packing.NONE, "/good"))));
    }

    @Test
    void aForeignPartIsDroppedAndFetchedAfresh() throws IOException {
        Files.createDirectories(folder.resolve("new"));
        for (int length : new int[] {5000, content.length, content.length + 9}) {
            Files.deleteIfExists(folder.resolve("new/data.bin"));
            Files.write(folder.resolve("new/data.bin.part"), new byte[length]);
            assertArrayEquals(content, Files.readAllBytes(fetch(file(Packing.NONE, "/good"))), "part of " + length);
        }
    }

    @Test
    void aServerWithoutRangesStartsAgain() throws IOException {
        Files.createDirectories(folder.resolve("new"));
        Files.write(folder.resolve("new/data.bin.part"), Arrays.copyOf(content, 1234));
        assertArrayEquals(content, Files.readAllBytes(fetch(file(Packing.NONE, "/norange"))));
    }

    @Test
    void aServerThatFallsSilentIsLeft() throws IOException {
        assertArrayEquals(content, Files.readAllBytes(fetch(file(Packing.NONE, "/stalls", "/good"))));
        assertTrue(requests.contains("/good bytes=1000-"), requests.toString());
    }

    @Test
    void theDigestIsOfTheUnpackedContent() throws IOException {
        assertTrue(Files.size(fetch(file(Packing.GZIP, "/good", "/gz"))) > content.length);
        assertEquals(List.of("/good", "/gz"), List.copyOf(requests));
    }

    @Test
    void anEndlessFileIsBrokenOff() {
        RemoteFile small = new RemoteFile(
                "data.bin",
                Sha256.of(content),
                Packing.NONE,
                100_000,
                file(Packing.NONE, "/good").mirrors());
        DownloadException e = assertThrows(DownloadException.class, () -> fetch(small));
        assertTrue(e.getMessage().contains("more than the expected maximum of 100000 bytes"), e.getMessage());
        assertNothingIsLeft();
    }

    @Test
    void noServerAtAll() {
        RemoteFile file = new RemoteFile(
                "data.bin", Sha256.of(content), Packing.NONE, 10, List.of(URI.create("http://127.0.0.1:1/x")));
        assertThrows(DownloadException.class, () -> fetch(file));
        assertNothingIsLeft();
    }

    @Test
    void manyThreadsFetchItOnce() {
        RemoteFile file = file(Packing.NONE, "/good");
        IntStream.range(0, 16).parallel().forEach(i -> {
            try {
                assertArrayEquals(content, Files.readAllBytes(fetch(file)));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertEquals(1, requests.size());
    }

    @Test
    void namesThatLeaveTheFolderAreRefused() {
        for (String name : List.of("../x", "a/b", "a\\b", "", ".hidden")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new RemoteFile(name, "0".repeat(64), Packing.NONE, 1, List.of(URI.create("http://x"))),
                    name);
        }
    }
}
