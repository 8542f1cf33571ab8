package terzi.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import terzi.files.FileLocks.Claim;
import terzi.files.FileLocks.ClaimedException;
import terzi.files.RemoteFile.Packing;

/** What holds for every kind of file that is fetched: pinned or not, packed or not. */
class DownloadContractTest {
    /** A kind of file. */
    enum Kind {
        PLAIN,
        PACKED,
        UNPINNED
    }

    private final byte[] content = new byte[200_000];
    private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
    /** What is still to be answered with something else than the whole file: path to status or to a number of bytes. */
    private final Map<String, List<Integer>> troubles = new ConcurrentHashMap<>();

    private byte[] sent = content;
    private LocalServer server;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        new Random(7).nextBytes(content);
        server = new LocalServer(this::answer);
    }

    @AfterEach
    void stop() {
        server.close();
        Thread.interrupted();
    }

    /** The whole file or what is asked of it; a trouble from 400 on is a status, another one the bytes before the end. */
    private void answer(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        String path = exchange.getRequestURI().getPath();
        requests.add(path + (range == null ? "" : " " + range) + " by "
                + exchange.getRequestHeaders().getFirst("User-Agent"));
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        List<Integer> trouble = troubles.getOrDefault(path, List.of());
        int next = trouble.isEmpty() ? Integer.MAX_VALUE : trouble.get(0);
        if (!trouble.isEmpty()) {
            troubles.put(path, trouble.subList(1, trouble.size()));
        }
        if (next >= 400 && next < 600) {
            exchange.sendResponseHeaders(next, -1);
            return;
        }
        if (from > 0) {
            exchange.getResponseHeaders().add("Content-Range", "bytes " + from + "-" + (sent.length - 1) + "/*");
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, sent.length - from);
        exchange.getResponseBody().write(sent, from, Math.min(sent.length - from, next));
        exchange.getResponseBody().flush();
    }

    private RemoteFile file(Kind kind, long most, String... paths) throws IOException {
        if (kind == Kind.PACKED) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
                zip.write(content);
            }
            sent = packed.toByteArray();
        }
        return new RemoteFile(
                "data.bin",
                kind == Kind.UNPINNED ? "" : Sha256.of(content),
                kind == Kind.PACKED ? Packing.GZIP : Packing.NONE,
                most,
                Stream.of(paths).map(server::uri).toList());
    }

    private Path fetch(RemoteFile file) throws IOException {
        return new Downloader(Downloader.Listener.NONE, Duration.ofSeconds(20)).fetch(file, folder);
    }

    private void assertFetched(RemoteFile file) throws IOException {
        assertArrayEquals(sent, Files.readAllBytes(fetch(file)));
        assertFalse(Files.exists(folder.resolve("data.bin.part")));
    }

    @ParameterizedTest
    @EnumSource
    void theFileIsWhatTheServerHasAndIsFetchedOnce(Kind kind) throws IOException {
        RemoteFile file = file(kind, 1_000_000, "/a");
        assertFetched(file);
        assertFetched(file);
        assertEquals(List.of("/a by terzi"), List.copyOf(requests));
    }

    @ParameterizedTest
    @EnumSource
    void theLargestFileIsAsLongAsItsBound(Kind kind) throws IOException {
        file(kind, 1, "/a"); // to learn the length
        assertFetched(file(kind, sent.length, "/a"));
        Files.delete(folder.resolve("data.bin"));
        RemoteFile tooLong = file(kind, sent.length - 1, "/a");
        DownloadException e = assertThrows(DownloadException.class, () -> fetch(tooLong));
        assertTrue(
                e.getMessage().contains("more than the expected maximum of " + (sent.length - 1) + " bytes"),
                e.getMessage());
        assertFalse(Files.exists(folder.resolve("data.bin")));
        assertFalse(Files.exists(folder.resolve("data.bin.part")), "it would never fit");
    }

    @ParameterizedTest
    @EnumSource
    void whatBrokeOffGoesOnWhereItStoppedAndNeverHasTheName(Kind kind) throws IOException {
        RemoteFile file = file(kind, 1_000_000, "/a");
        troubles.put("/a", List.of(50_000, 60_000));
        assertFetched(file);
        assertEquals(
                List.of("/a by terzi", "/a bytes=50000- by terzi", "/a bytes=110000- by terzi"), List.copyOf(requests));
        Files.delete(folder.resolve("data.bin"));
        requests.clear();
        troubles.put("/a", List.of(10_000, 10_000, 10_000, 10_000));
        DownloadException e = assertThrows(DownloadException.class, () -> fetch(file));
        assertTrue(e.getMessage().contains("broken off after 10000 bytes"), e.getMessage());
        assertEquals(3, requests.size(), "three attempts for a mirror");
        assertFalse(Files.exists(folder.resolve("data.bin")));
        assertEquals(30_000, Files.size(folder.resolve("data.bin.part")), "kept for the next time");
        assertArrayEquals(Arrays.copyOf(sent, 30_000), Files.readAllBytes(folder.resolve("data.bin.part")));
    }

    @ParameterizedTest
    @EnumSource
    void everyRefusalIsNamedAndTheNextMirrorIsAsked(Kind kind) throws IOException {
        RemoteFile file = file(kind, 1_000_000, "/a", "/b", "/c");
        troubles.put("/a", List.of(404));
        troubles.put("/b", List.of(503));
        assertFetched(file);
        assertEquals(List.of("/a by terzi", "/b by terzi", "/c by terzi"), List.copyOf(requests));
        Files.delete(folder.resolve("data.bin"));
        for (String path : List.of("/a", "/b", "/c")) {
            troubles.put(path, List.of(500, 500, 500));
        }
        String message =
                assertThrows(DownloadException.class, () -> fetch(file)).getMessage();
        for (String path : List.of("/a", "/b", "/c")) {
            assertTrue(message.contains(server.uri(path) + ": HTTP 500"), message);
        }
        assertTrue(message.contains("put the file by hand to " + folder.resolve("data.bin")), message);
        assertTrue(message.startsWith("data.bin could not be downloaded"), message);
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "PACKED"})
    void aWrongContentIsThrownAway(Kind kind) throws IOException {
        RemoteFile file = file(kind, 1_000_000, "/a");
        sent = sent.clone();
        sent[sent.length / 2] ^= 4;
        DownloadException e = assertThrows(DownloadException.class, () -> fetch(file));
        assertTrue(
                e.getMessage().contains("expected SHA-256 " + Sha256.of(content) + ", found ")
                        || e.getMessage().contains("the content cannot be unpacked: "),
                e.getMessage());
        assertFalse(Files.exists(folder.resolve("data.bin")));
        assertFalse(Files.exists(folder.resolve("data.bin.part")));
        assertEquals(1, requests.size(), "the same server would send the same again");
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "PACKED"})
    void aBeginningOfAnotherFileIsNoticedAndFetchedAfresh(Kind kind) throws IOException {
        RemoteFile file = file(kind, 1_000_000, "/a");
        Files.write(folder.resolve("data.bin.part"), new byte[5_000]);
        assertFetched(file);
        assertEquals(List.of("/a bytes=5000- by terzi", "/a by terzi"), List.copyOf(requests));
    }

    @Test
    void anAnswerThatBeginsElsewhereIsNotAppended() throws IOException {
        RemoteFile file = file(Kind.PLAIN, 1_000_000, "/shifted", "/a");
        Files.write(folder.resolve("data.bin.part"), Arrays.copyOf(content, 1_000));
        server.answer("/shifted", exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().add("Content-Range", "bytes 10000-199999/200000");
                exchange.sendResponseHeaders(206, 190_000);
                exchange.getResponseBody().write(content, 10_000, 190_000);
            }
        });
        assertFetched(file);
        assertEquals(List.of("/a bytes=1000- by terzi"), List.copyOf(requests));
    }

    @Test
    void aServerThatFallsSilentIsLeftAfterItsTime() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        server.answer("/silent", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content, 0, 1_000);
                exchange.getResponseBody().flush();
                over.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Downloader impatient = new Downloader(Downloader.Listener.NONE, Duration.ofMillis(60));
        RemoteFile file = file(Kind.PLAIN, 1_000_000, "/silent");
        DownloadException e = assertThrows(DownloadException.class, () -> impatient.fetch(file, folder));
        over.countDown();
        assertTrue(e.getMessage().contains("nothing came for 0 s"), e.getMessage());
        assertEquals(1_000, Files.size(folder.resolve("data.bin.part")));
    }

    @Test
    void progressIsToldWithTheWholeLengthAlsoWhenItGoesOn() throws IOException {
        RemoteFile file = file(Kind.PLAIN, 1_000_000, "/a");
        Files.write(folder.resolve("data.bin.part"), Arrays.copyOf(content, 150_000));
        List<Long> told = new ArrayList<>();
        new Downloader((name, bytes, total) -> {
                    assertEquals("data.bin", name);
                    assertEquals(200_000, total);
                    told.add(bytes);
                })
                .fetch(file, folder);
        assertTrue(told.get(0) > 150_000, told.toString());
        assertEquals(200_000, told.get(told.size() - 1));
        server.answer("/unknown", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, 0); // chunked: the length is not told
                exchange.getResponseBody().write(content);
            }
        });
        Files.delete(folder.resolve("data.bin"));
        List<Long> totals = new ArrayList<>();
        new Downloader((name, bytes, total) -> totals.add(total))
                .fetch(file(Kind.PLAIN, 1_000_000, "/unknown"), folder);
        assertTrue(totals.stream().allMatch(total -> total == -1), totals.toString());
    }

    @Test
    void anInterruptionEndsTheDownloadAndIsKept() throws IOException {
        RemoteFile file = file(Kind.PLAIN, 1_000_000, "/a", "/b");
        Thread.currentThread().interrupt();
        IOException e = assertThrows(IOException.class, () -> fetch(file));
        assertTrue(Thread.interrupted());
        assertFalse(e instanceof DownloadException);
        assertFalse(Files.exists(folder.resolve("data.bin")));
        assertFetched(file);
    }

    @Test
    void aDiskThatFailsIsNoMirrorsFault() throws IOException {
        RemoteFile file = file(Kind.PLAIN, 1_000_000, "/a", "/b");
        Files.createDirectory(folder.resolve("data.bin.part"));
        Files.write(folder.resolve("data.bin.part/x"), new byte[1]);
        IOException e = assertThrows(IOException.class, () -> fetch(file));
        assertFalse(e instanceof DownloadException, e.toString());
    }

    @Test
    void aFileSaysWhatItIs() {
        String digest = "0123456789abcdef".repeat(4);
        URI mirror = URI.create("http://localhost/x");
        RemoteFile least = new RemoteFile("x", digest, Packing.NONE, 1, List.of(mirror));
        assertEquals(1, least.maxBytes());
        for (String wrong :
                List.of(digest.substring(1), digest + "0", digest.replace('a', 'A'), digest.replace('a', 'g'))) {
            assertThrows(
                    IllegalArgumentException.class, () -> new RemoteFile("x", wrong, Packing.NONE, 1, List.of(mirror)));
        }
        assertThrows(
                IllegalArgumentException.class, () -> new RemoteFile("x", digest, Packing.NONE, 0, List.of(mirror)));
        assertThrows(IllegalArgumentException.class, () -> new RemoteFile("x", digest, Packing.NONE, 1, List.of()));
        RemoteFile unpinned = RemoteFile.unpinned("x", 9, mirror);
        assertEquals(new RemoteFile("x", "", Packing.NONE, 9, List.of(mirror)), unpinned);
    }

    /** FIPS 180-4, its examples of one block and of two. */
    @Test
    void digestsAreThoseOfTheStandard() throws IOException {
        String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assertEquals(abc, Sha256.ofText("abc"));
        assertEquals(abc, Sha256.of("abc".getBytes(StandardCharsets.US_ASCII)));
        AtomicBoolean closed = new AtomicBoolean();
        InputStream stream = new ByteArrayInputStream("xabc".getBytes(StandardCharsets.US_ASCII)) {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        stream.read();
        assertEquals(abc, Sha256.of(stream), "of what is left");
        assertFalse(closed.get());
        assertEquals(
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
                Sha256.ofText("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
        assertEquals(
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                Sha256.of(new ByteArrayInputStream(new byte[0])));
        assertNotEquals(Sha256.ofText("ä"), Sha256.of("ä".getBytes(StandardCharsets.ISO_8859_1)));
        byte[] long1 = new byte[100_000];
        assertEquals(Sha256.of(long1), Sha256.of(new ByteArrayInputStream(long1)));
    }

    @Test
    void oneClaimAtATimeHoldsAFileAndSaysWho() throws IOException {
        Path file = folder.resolve("run.lock");
        Claim claim = FileLocks.claim(file);
        try {
            String holder = Files.readString(file);
            assertTrue(
                    holder.matches("process " + ProcessHandle.current().pid()
                            + ", since \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"),
                    holder);
            ClaimedException e = assertThrows(ClaimedException.class, () -> FileLocks.claim(file));
            assertEquals(
                    "another part of this process, " + ProcessHandle.current().pid(), e.holder());
            assertEquals(file + " is held by " + e.holder(), e.getMessage());
            assertThrows(
                    ClaimedException.class,
                    () -> FileLocks.claim(folder.resolve("x/../run.lock").normalize()));
        } finally {
            claim.close();
        }
        Files.writeString(file, "something much longer than what a claim writes into it".repeat(3));
        FileLocks.claim(file).close();
        assertTrue(Files.readString(file).startsWith("process "));
        assertFalse(Files.readString(file).contains("something"), "what was there before is gone");
        Claim again = FileLocks.claim(file);
        again.close();
        again.close();
        FileLocks.claim(file).close();
        assertThrows(IOException.class, () -> FileLocks.claim(folder.resolve("no/run.lock")));
        Files.createDirectories(folder.resolve("no"));
        FileLocks.claim(folder.resolve("no/run.lock")).close();
    }

    @Test
    void aClaimOfAnotherProcessIsSeen() throws Exception {
        Path file = folder.resolve("run.lock");
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Claiming.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertEquals('c', other.getInputStream().read());
            ClaimedException e = assertThrows(ClaimedException.class, () -> FileLocks.claim(file));
            assertTrue(e.holder().startsWith("process " + other.pid() + ", since "), e.holder());
        } finally {
            other.destroy();
            other.waitFor();
        }
        FileLocks.claim(file).close();
    }

    /** Claims a file and waits to be ended. */
    static final class Claiming {
        private Claiming() {}

        public static void main(String[] arguments) throws Exception {
            try (Claim claim = FileLocks.claim(Path.of(arguments[0]))) {
                System.out.print(claim == null ? "?" : "c");
                System.out.flush();
                Thread.sleep(60_000);
            }
        }
    }

    @Test
    void workUnderALockIsDoneOneAfterTheOther() throws Exception {
        Path file = folder.resolve("deep/er/data");
        AtomicBoolean inside = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                try {
                    for (int k = 0; k < 5; k++) {
                        assertEquals("done", FileLocks.holding(file, () -> {
                            assertTrue(inside.compareAndSet(false, true), "two at once");
                            Thread.onSpinWait();
                            inside.set(false);
                            return "done";
                        }));
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(null, failure.get());
        assertThrows(
                IOException.class,
                () -> FileLocks.holding(file, () -> {
                    throw new IOException("disk");
                }));
        assertEquals(3, FileLocks.holding(file, () -> 3), "a failure gives the lock back");
        assertTrue(Files.exists(folder.resolve("deep/er/data.lock")));
    }
}
