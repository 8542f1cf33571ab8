package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.images.HubConfig;
import terzi.images.Image;
import terzi.images.ImageDecoder;
import terzi.images.ImageException;

/**
 * Hostile files. Every build asks again about the images and classifier files that fuzzing starts from, and about all that
 * it has found ({@code src/test/fuzz}). Fuzzing itself, by Jazzer, which looks which inputs reach new code, takes a minute
 * to begin and is asked for: {@code -Dterzi.fuzz.seconds=600}. It runs in a JVM of its own, so that a crash of native code
 * is a finding like any other, and because its JUnit integration is for JUnit 5.
 */
class FuzzTest {

    private static final String SECONDS = "terzi.fuzz.seconds";
    private static final Path IMAGES = Path.of("../images/src/test/resources/terzi/images");
    private static final Path KEPT = Path.of("src/test/fuzz");

    @TempDir
    Path folder;

    static List<Path> known() throws IOException {
        List<Path> known = new ArrayList<>(List.of(FormatOne.PATH));
        for (Path folder : List.of(
                KEPT,
                IMAGES.resolve("images"), // PNG with 1 to 16 bits, JPEG also in CMYK, WebP, GIF, BMP
                IMAGES.resolve("lossless-webp"),
                IMAGES.resolve("jpeg-colours"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(Files::isRegularFile)
                        .filter(file ->
                                !file.toString().toLowerCase(Locale.ROOT).endsWith(".tsv"))
                        .sorted()
                        .forEach(known::add);
            }
        }
        assertTrue(known.size() > 50, "the corpus is gone: " + known);
        return known;
    }

    @ParameterizedTest
    @MethodSource("known")
    @Timeout(60)
    void whatFuzzingHasFoundGivesAnAnswerOrATypedError(Path file) throws IOException {
        byte[] data = Files.readAllBytes(file);
        FilesTarget.fuzzerTestOneInput(data);
        NetworkTarget.fuzzerTestOneInput(data);
    }

    @ParameterizedTest
    @ValueSource(classes = {FilesTarget.class, NetworkTarget.class})
    @EnabledIfSystemProperty(
            named = SECONDS,
            matches = "\\d+",
            disabledReason = "takes minutes; the corpus is replayed")
    void hostileBytesGiveAnAnswerOrATypedError(Class<?> target) throws Exception {
        Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "libFuzzer is tried on Linux only");
        int seconds = Integer.getInteger(SECONDS);
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        for (Path file : known()) {
            Files.copy(file, corpus.resolve(file.getParent().getFileName() + "-" + file.getFileName()));
        }
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+EnableDynamicAgentLoading",
                        "-Djava.awt.headless=true",
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        classPath(),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + target.getName(),
                        "--instrumentation_includes=terzi.**:com.twelvemonkeys.**:com.drew.**",
                        "--reproducer_path=" + folder,
                        "-artifact_prefix=" + folder + "/",
                        "-max_total_time=" + seconds,
                        "-timeout=100",
                        "-rss_limit_mb=6000",
                        "-reload=0",
                        "-print_final_stats=1",
                        corpus.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(seconds + 300, TimeUnit.SECONDS);
        process.destroyForcibly();
        String output = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertTrue(ended, () -> "still running: " + output);
        assertEquals(0, process.exitValue(), () -> findings() + output);
        assertTrue(output.contains("Done "), output);
        output.lines()
                .filter(line -> line.matches("Done .*|stat::.*"))
                .forEach(line -> System.out.println(target.getSimpleName() + ": " + line));
    }

    /** Without JUnit, whose tests Jazzer would look for in the target. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.replace('\\', '/').contains("/org/junit/"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The inputs that failed, to be kept in src/test/fuzz once they no longer do. */
    private String findings() {
        try (Stream<Path> files = Files.list(folder)) {
            StringBuilder text = new StringBuilder();
            for (Path file : files.filter(file -> file.getFileName().toString().matches("(crash|timeout|oom|leak)-.*"))
                    .toList()) {
                text.append(file.getFileName()).append(": ");
                text.append(HexFormat.of().formatHex(Files.readAllBytes(file))).append('\n');
            }
            return text.toString();
        } catch (IOException e) {
            return e + "\n";
        }
    }

    /**
     * Every kind of file that is read here: each refuses what is not its own at once. An image that keeps the processor busy
     * for longer than its pixels and bytes explain is a finding, whatever comes of it.
     */
    public static final class FilesTarget {
        private static final ImageDecoder.Limits LIMITS = new ImageDecoder.Limits(1 << 18, 1 << 20);

        /** Ten times what the slowest decoder takes for the pixels allowed, and time for Jazzer's instructions. */
        private static final long MOST_NANOS = 500_000_000;

        private static final int TRIES = 3;

        private FilesTarget() {}

        public static void fuzzerTestOneInput(byte[] data) throws IOException {
            long nanos = MOST_NANOS;
            for (int i = 0; i < TRIES && nanos >= MOST_NANOS; i++) { // the first try may compile the decoder
                long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                readImage(data);
                nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            }
            if (nanos >= MOST_NANOS) {
                throw new AssertionError("slow: " + nanos / 1_000_000 + " ms for " + data.length + " bytes");
            }
            try {
                ClassifierLoader.check("fuzz", ModelEnvelope.Bytes.of(sealed(data)));
            } catch (ClassifierFileException e) {
                requirePlace(e);
            }
            try {
                Map<?, ?> json = Json.object(new String(data, StandardCharsets.UTF_8));
                if (HubConfig.preprocessing(json, Map.of()).preprocessing().width()
                        < HubConfig.labels(json).size()) {
                    HubConfig.distinct(HubConfig.labels(json));
                }
            } catch (IllegalArgumentException e) {
                if (e.getMessage() == null) {
                    throw new AssertionError("an error without a message", e);
                }
            }
        }

        private static void readImage(byte[] data) {
            try {
                Image image = ImageDecoder.read(data, "fuzz", LIMITS);
                if ((long) image.width() * image.height() > LIMITS.maxPixels()) {
                    throw new AssertionError("more pixels than allowed: " + image);
                }
            } catch (ImageException e) {
                requirePlace(e);
            }
        }

        private static void requirePlace(IOException e) {
            if (e.getMessage() == null || !e.getMessage().startsWith("fuzz")) {
                throw new AssertionError("a message that does not say where", e);
            }
        }

        /** A classifier file with its digest made anew, so that it goes on where a damaged one is refused. */
        static byte[] sealed(byte[] data) {
            byte[] sealed = data.clone();
            try {
                ClassifierDigest.seal(sealed);
            } catch (ClassifierFileException e) {
                // it has none, and is refused for that
            }
            return sealed;
        }
    }

    /** Classifier files through ONNX Runtime as well. */
    public static final class NetworkTarget {
        private NetworkTarget() {}

        public static void fuzzerTestOneInput(byte[] data) throws IOException {
            try (ImageClassifier classifier = ImageClassifier.load(FilesTarget.sealed(data), FormatOne.CPU)) {
                if (classifier.info().labels().isEmpty()) {
                    throw new AssertionError("a classifier without labels");
                }
            } catch (ClassifierFileException e) {
                if (e.getMessage() == null) {
                    throw new AssertionError("an error without a message", e);
                }
            }
        }
    }
}
