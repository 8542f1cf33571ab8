package terzi.runs.amazon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.data.DatasetOptions;
import terzi.data.Datasets;
import terzi.images.Image;
import terzi.runs.amazon.AmazonRequest.Pace;
import terzi.runs.amazon.AmazonRequest.Size;

class AmazonImagesTest {
    private static final AmazonListener QUIET = new AmazonListener() {
        @Override
        public void reading(String category, int lines) {}

        @Override
        public void have(String category, int images, int wanted) {}
    };

    /** What the server has: bytes by path. */
    private final Map<String, byte[]> content = new ConcurrentHashMap<>();
    /** How often a path is still refused, with which Retry-After. */
    private final Map<String, List<String>> refusals = new ConcurrentHashMap<>();

    private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> agents = new ConcurrentLinkedQueue<>();
    private volatile boolean forbidden;
    private volatile int breakAfter = Integer.MAX_VALUE;
    private HttpServer server;
    private String base;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                answer(exchange);
            }
        });
        server.start();
        base = "http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + "/";
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(1);
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(path + (range == null ? "" : " " + range));
        agents.add(exchange.getRequestHeaders().getFirst("User-Agent"));
        List<String> waits = refusals.getOrDefault(path, List.of());
        if (!waits.isEmpty()) {
            exchange.getResponseHeaders().add("Retry-After", waits.get(0));
            refusals.put(path, waits.subList(1, waits.size()));
            exchange.sendResponseHeaders(429, -1);
            return;
        }
        if (forbidden && path.startsWith("i/")) {
            exchange.sendResponseHeaders(403, -1);
            return;
        }
        byte[] bytes = content.get(path);
        if (bytes == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        if (range != null) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, bytes.length - from);
        OutputStream out = exchange.getResponseBody();
        out.write(bytes, from, Math.min(bytes.length - from, path.startsWith("meta") ? breakAfter : bytes.length));
        out.flush();
    }

    private static byte[] image(int seed, int side) throws IOException {
        byte[] pixels = new byte[side * side * 3];
        Arrays.fill(pixels, (byte) (seed * 37));
        pixels[0] = (byte) seed;
        pixels[1] = (byte) (seed >> 8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new Image(side, side, 3, pixels).toBufferedImage(), "png", out);
        return out.toByteArray();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
    }

    private String line(String asin, String file) {
        return "{\"parent_asin\":\"" + asin + "\",\"title\":\"a \\\"thing\\\"\",\"images\":[{\"thumb\":\"" + base
                + "thumb\",\"large\":\"" + base + file + "\",\"variant\":\"MAIN\",\"hi_res\":null}]}";
    }

    /** {@code count} good products of a category, and their images. */
    private List<String> products(String category, int count) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String asin = category.charAt(0) + "00" + i;
            content.put("i/" + asin + ".png", image(category.charAt(0) * 1000 + i, 80));
            lines.add(line(asin, "i/" + asin + ".png"));
        }
        return lines;
    }

    private void publish(String category, List<String> lines) throws IOException {
        content.put("meta_" + category + ".jsonl.gz", gzip(String.join("\n", lines) + "\n"));
    }

    private AmazonRequest request(int perClass, String... categories) {
        return new AmazonRequest(
                List.of(categories),
                perClass,
                folder.resolve("set"),
                0,
                0,
                Size.HI_RES,
                64,
                Optional.of(base),
                List.of("127.0.0.1"),
                new Pace(Duration.ZERO, Duration.ofMillis(5), Duration.ofSeconds(5)));
    }

    private static AmazonSummary build(AmazonRequest request) throws IOException {
        return AmazonImages.build(request, "test", QUIET);
    }

    private Set<String> images() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("set"))) {
            return files.map(file -> folder.resolve("set").relativize(file).toString())
                    .filter(name -> name.endsWith(".png"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private long asked(String path) {
        return requests.stream().filter(path::equals).count();
    }

    @Test
    void aFolderIsBuiltThatCanBeOpenedAndNothingIsFetchedTwice() throws IOException {
        publish("All_Beauty", products("All_Beauty", 30));
        publish("Digital_Music", products("Digital_Music", 6));
        AmazonSummary summary = build(request(8, "All_Beauty", "Digital_Music"));
        assertEquals("", summary.stopped());
        assertEquals(8, summary.categories().get(0).added());
        assertEquals(6, summary.categories().get(1).images(), "all there are");
        assertEquals(14, images().size());
        assertTrue(agents.stream().allMatch(agent -> agent.startsWith("Terzi/test")), agents.toString());
        assertEquals(
                List.of("All_Beauty", "Digital_Music"),
                Datasets.open(folder.resolve("set").toString(), DatasetOptions.defaults())
                        .labels());
        List<String> manifest = Files.readAllLines(folder.resolve("set/manifest.csv"));
        assertEquals("file,category,asin,url,sha256,width,height,time", manifest.get(0));
        assertEquals(15, manifest.size());
        assertTrue(
                manifest.get(1)
                        .matches("All_Beauty/A00\\d+\\.png,All_Beauty,A00\\d+,http.*\\.png,[0-9a-f]{64},80,80,20.*Z"),
                manifest.get(1));
        requests.clear();
        assertEquals(0, build(request(8, "All_Beauty")).categories().get(0).added());
        assertEquals(List.of(), List.copyOf(requests));
    }

    @Test
    void aLargerOrderAddsToWhatIsThere() throws IOException {
        publish("All_Beauty", products("All_Beauty", 30));
        build(request(5, "All_Beauty"));
        Set<String> five = images();
        build(request(12, "All_Beauty"));
        assertTrue(images().containsAll(five));
        assertEquals(12, images().size());
    }

    @Test
    void theSeedChoosesWhateverTheOrderOfTheMetadata() throws IOException {
        List<String> lines = products("All_Beauty", 200);
        publish("All_Beauty", lines);
        build(request(10, "All_Beauty"));
        Set<String> first = images();
        java.util.Collections.reverse(lines);
        publish("All_Beauty", lines);
        deleteSet();
        build(request(10, "All_Beauty"));
        assertEquals(first, images());
        deleteSet();
        AmazonRequest r = request(10, "All_Beauty");
        build(new AmazonRequest(
                r.categories(), 10, r.folder(), 1, 0, r.size(), 64, r.metadata(), r.imageHosts(), r.pace()));
        assertNotEquals(first, images());
    }

    private void deleteSet() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("set"))) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void whatIsOfNoUseIsCountedWithItsReasonAndNotAskedForAgain() throws IOException {
        List<String> lines = products("All_Beauty", 3);
        lines.add(line("DEAD", "i/gone.png"));
        content.put("i/small.png", image(1, 20));
        lines.add(line("SMALL", "i/small.png"));
        content.put("i/page.jpg", "<html>sorry</html>".getBytes(StandardCharsets.UTF_8));
        lines.add(line("PAGE", "i/page.jpg"));
        content.put("i/cut.png", Arrays.copyOf(image(9, 80), 70));
        lines.add(line("CUT", "i/cut.png"));
        content.put("i/copy.png", content.get("i/A001.png"));
        lines.add(line("COPY", "i/copy.png"));
        lines.add("{\"parent_asin\":\"BROKEN\", \"images\": [");
        lines.add("");
        lines.add("[".repeat(100_000));
        lines.add("{\"parent_asin\":\"NONE\",\"images\":[]}");
        lines.add("{\"parent_asin\":\"../../evil\",\"images\":[]}");
        lines.add(line("FAR", "x").replace(base, "http://169.254.169.254/"));
        lines.add(line("FILE", "x").replace(base, "file:///etc/"));
        publish("All_Beauty", lines);
        AmazonSummary.Category category =
                build(request(50, "All_Beauty")).categories().get(0);
        assertEquals(3, category.images());
        assertEquals(
                Map.of(
                        "HTTP 404", 1,
                        "image too small", 1,
                        "image unknown format", 1,
                        "image truncated", 1,
                        "image there already", 1),
                category.skipped());
        assertEquals(
                Map.of(
                        "broken JSON", 2,
                        "no image", 1,
                        "no product number", 1,
                        "image on another server", 1,
                        "not a web address", 1),
                category.unusableLines());
        assertEquals(6, Files.readAllLines(folder.resolve("set/skipped.csv")).size());
        requests.clear();
        assertEquals(
                Map.of(), build(request(50, "All_Beauty")).categories().get(0).skipped());
        assertEquals(List.of(), List.copyOf(requests), "the choice of products is kept, too");
    }

    @Test
    void bothFormsOfTheMetadataAreReadAndTheMainImageIsTaken() throws IOException, Product.Unusable {
        String a = base + "a.jpg";
        String listOfObjects =
                "{\"parent_asin\":\"X\",\"images\":[{\"thumb\":\"t\",\"large\":\"l\",\"variant\":\"PT01\","
                        + "\"hi_res\":\"h\"},{\"thumb\":\"t\",\"large\":\"" + a
                        + "\",\"variant\":\"MAIN\",\"hi_res\":null}]}";
        assertEquals(a, Product.parse(listOfObjects, request(1, "C")).url());
        String objectOfLists = "{\"parent_asin\":\"X\",\"images\":{\"hi_res\":[\"h\",\"" + a
                + "\"],\"large\":[\"l\",\"m\"],\"thumb\":[\"t\",\"t\"],\"variant\":[\"PT01\",\"MAIN\"]}}";
        assertEquals(a, Product.parse(objectOfLists, request(1, "C")).url());
        String withoutVariant = "{\"parent_asin\":\"X\",\"images\":[{\"large\":\"" + a + "\"},{\"large\":\"b\"}]}";
        assertEquals(a, Product.parse(withoutVariant, request(1, "C")).url());
        String amazon =
                "{\"parent_asin\":\"X\",\"images\":[{\"large\":\"https://m.media-amazon.com/images/I/1.jpg\"}]}";
        assertEquals(
                "https://m.media-amazon.com/images/I/1.jpg",
                Product.parse(amazon, request(1, "C")).url());
        String lookalike = amazon.replace("m.media-amazon.com", "m.media-amazon.com.example.org");
        assertThrows(Product.Unusable.class, () -> Product.parse(lookalike, request(1, "C")));
    }

    @Test
    void aServerThatAsksToWaitIsWaitedFor() throws IOException {
        publish("All_Beauty", products("All_Beauty", 2));
        refusals.put("i/A000.png", List.of("1", "0"));
        long start = System.nanoTime();
        assertEquals(2, build(request(2, "All_Beauty")).categories().get(0).images());
        assertTrue(System.nanoTime() - start > 950_000_000L, "Retry-After was not kept");
        assertEquals(3, asked("i/A000.png"));
    }

    @Test
    void aServerThatAsksToStayAwayEndsTheRunWhichLaterGoesOn() throws IOException {
        publish("All_Beauty", products("All_Beauty", 12));
        build(request(3, "All_Beauty"));
        for (int i = 0; i < 12; i++) {
            refusals.put("i/A00" + i + ".png", List.of("3600"));
        }
        AmazonSummary stopped = build(request(12, "All_Beauty"));
        assertTrue(stopped.stopped().contains("asks not to come back for 3600 s"), stopped.stopped());
        assertEquals(3, stopped.categories().get(0).images());
        refusals.clear();
        requests.clear();
        assertEquals(12, build(request(12, "All_Beauty")).categories().get(0).images());
        assertEquals(9, requests.size(), requests.toString());
    }

    @Test
    void aServerThatKeepsFailingEndsTheRun() throws IOException {
        publish("All_Beauty", products("All_Beauty", 40));
        for (int i = 0; i < 40; i++) {
            refusals.put("i/A00" + i + ".png", java.util.Collections.nCopies(100, "0"));
        }
        AmazonSummary stopped = build(request(30, "All_Beauty"));
        assertTrue(stopped.stopped().contains("has refused 8 requests in a row (HTTP 429)"), stopped.stopped());
        assertEquals(1, Files.readAllLines(folder.resolve("set/skipped.csv")).size(), "it may be there another time");
    }

    @Test
    void aServerThatForbidsEverythingIsNotAskedForEveryImage() throws IOException {
        publish("All_Beauty", products("All_Beauty", 40));
        forbidden = true;
        AmazonSummary stopped = build(request(30, "All_Beauty"));
        assertTrue(stopped.stopped().contains("has refused 8 requests in a row (HTTP 403)"), stopped.stopped());
        assertEquals(9, requests.size(), "metadata and eight images");
        forbidden = false;
        assertEquals(30, build(request(30, "All_Beauty")).categories().get(0).images());
    }

    @Test
    void aKilledRunLosesNothing() throws IOException {
        publish("All_Beauty", products("All_Beauty", 20));
        AmazonListener killer = new AmazonListener() {
            @Override
            public void reading(String category, int lines) {}

            @Override
            public void have(String category, int images, int wanted) {
                if (images == 6) {
                    throw new IllegalStateException("killed");
                }
            }
        };
        assertThrows(IllegalStateException.class, () -> AmazonImages.build(request(15, "All_Beauty"), "test", killer));
        Set<String> before = images();
        assertEquals(6, before.size());
        // killed in the middle of a line, and between an image and its line
        Files.writeString(folder.resolve("set/manifest.csv"), "All_Beauty/A0", StandardOpenOption.APPEND);
        Files.writeString(folder.resolve("set/.amazon/image.part"), "half");
        requests.clear();
        assertEquals(9, build(request(15, "All_Beauty")).categories().get(0).added());
        assertEquals(9, requests.size(), "only what was missing: " + requests);
        assertTrue(images().containsAll(before));
        assertEquals(16, Files.readAllLines(folder.resolve("set/manifest.csv")).size());
        for (String image : images()) {
            assertArrayEquals(
                    content.get("i/" + image.substring(image.indexOf('/') + 1)),
                    Files.readAllBytes(folder.resolve("set").resolve(image)));
        }
    }

    @Test
    void metadataThatBreaksOffIsContinued() throws IOException {
        publish("All_Beauty", products("All_Beauty", 200));
        int length = content.get("meta_All_Beauty.jsonl.gz").length;
        breakAfter = length / 3 + 1;
        assertEquals(200, build(request(200, "All_Beauty")).categories().get(0).metadataLines());
        assertEquals(
                2,
                requests.stream()
                        .filter(r -> r.startsWith("meta") && r.contains("bytes="))
                        .count());
    }

    @Test
    void onlyTheBeginningOfTheMetadataIsReadWhenThatIsEnough() throws IOException {
        publish("All_Beauty", products("All_Beauty", 50));
        AmazonRequest r = request(5, "All_Beauty");
        AmazonSummary summary = build(new AmazonRequest(
                r.categories(), 5, r.folder(), 0, 10, r.size(), 64, r.metadata(), r.imageHosts(), r.pace()));
        assertEquals(10, summary.categories().get(0).metadataLines());
        assertTrue(images().stream().allMatch(name -> name.matches("All_Beauty/A00\\d\\.png")), images().toString());
    }

    @Test
    void missingMetadataSaysWhereItWasLookedForAndWhatToDo() {
        String message = assertThrows(IOException.class, () -> build(request(5, "Al_Beauty")))
                .getMessage();
        assertTrue(message.contains("meta_Al_Beauty.jsonl.gz: HTTP 404"), message);
        assertTrue(message.contains("meta_Al_Beauty.jsonl: HTTP 404"), message);
        assertTrue(message.contains("Check the name of the category"), message);
    }

    @Test
    void metadataMayLieInAFolder() throws IOException {
        Path place = Files.createDirectories(folder.resolve("downloads"));
        Files.write(place.resolve("meta_All_Beauty.jsonl"), products("All_Beauty", 4));
        AmazonRequest r = request(4, "All_Beauty");
        build(new AmazonRequest(
                r.categories(),
                4,
                r.folder(),
                0,
                0,
                r.size(),
                64,
                Optional.of(place.toString()),
                r.imageHosts(),
                r.pace()));
        assertEquals(4, images().size());
    }

    @Test
    void impossibleRequestsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> request(0, "All_Beauty"));
        assertThrows(IllegalArgumentException.class, () -> request(1));
        assertThrows(IllegalArgumentException.class, () -> request(1, "../x"));
        assertThrows(IllegalArgumentException.class, () -> request(1, "A", "A"));
    }
}
