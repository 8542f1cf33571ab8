package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of {@code docs/inference.md} for other runtimes are run as they stand there, and answer what Java does. */
class OtherRuntimesTest {

    private static final Path PAGE = Path.of("../../docs/inference.md");
    private static final Path CLASSIFIER = Path.of("src/test/resources/terzi/inference/format-2.onnx");

    /** Sets of two and of three labels; all but the gray one are stranger than 0.99. */
    private static final int[] COLOURS = {0xff0000, 0x808080, 0x30a060, 0x000000};

    private static final float STRANGE = 0.99f;

    @TempDir
    Path folder;

    private final List<Path> images = new ArrayList<>();

    @BeforeEach
    void draw() throws IOException {
        for (int colour : COLOURS) {
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < 64; i++) {
                image.setRGB(i % 8, i / 8, colour);
            }
            Path file = folder.resolve(Integer.toHexString(colour) + ".png");
            ImageIO.write(image, "png", file.toFile());
            images.add(file);
        }
    }

    private static String program(String language) throws IOException {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertTrue(block.find(), PAGE + " has no program in " + language);
        return block.group(1);
    }

    private record Ended(int exitCode, String output) {}

    private Ended run(String... command) throws Exception {
        Path output = folder.resolve("output.txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                return new Ended(-1, "it hangs");
            }
            return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (IOException e) { // there is no such program
            return new Ended(-1, e.toString());
        }
    }

    private void assertAnswersOfJava(String interpreter, Path program, String before, String after) throws Exception {
        try (ImageClassifier classifier = ImageClassifier.load(CLASSIFIER, FormatOne.CPU)) {
            int strange = 0;
            Set<Integer> sizes = new TreeSet<>();
            for (Path image : images) {
                Prediction prediction = classifier.classify(image);
                strange += prediction.strangeness() > STRANGE ? 1 : 0;
                sizes.add(prediction.set(0.9).size());
                String set = prediction.set(0.9).stream()
                        .map(score -> "'" + score.label() + "'")
                        .collect(Collectors.joining(", ", before, after));
                Ended ended = run(interpreter, program.toString(), CLASSIFIER.toString(), image.toString());
                assertEquals(0, ended.exitCode(), ended.output());
                assertEquals(
                        set + (prediction.strangeness() > STRANGE ? "\nunlike anything it was trained on" : ""),
                        ended.output().strip().replace("\r", ""),
                        image.toString());
            }
            assertTrue(strange > 0 && strange < images.size(), strange + " of the images are strange");
            assertEquals(Set.of(2, 3), sizes);
        }
    }

    @Test
    void pythonReadsStrangenessAndSets() throws Exception {
        String python = Objects.requireNonNullElse(System.getenv("TERZI_PYTHON"), "python3");
        Ended packages = run(python, "-c", "import numpy, onnxruntime, PIL");
        assumeTrue(packages.exitCode() == 0, "no Python with numpy, onnxruntime and pillow: " + packages.output());
        Path program = Files.writeString(folder.resolve("classify.py"), program("python"));
        assertAnswersOfJava(python, program, "[", "]");
    }

    @Test
    void javaScriptReadsStrangenessAndSets() throws Exception {
        Path modules = Path.of(Objects.requireNonNullElse(
                        System.getenv("TERZI_NODE_MODULES"), "../../benchmarks/peers/node_modules"))
                .toAbsolutePath();
        assumeTrue(Files.exists(modules.resolve("onnxruntime-node")), "run 'npm install' in benchmarks/peers first");
        assumeTrue(run("node", "--version").exitCode() == 0, "there is no node here");
        Files.createSymbolicLink(folder.resolve("node_modules"), modules);
        Path program = Files.writeString(folder.resolve("classify.mjs"), program("js"));
        assertAnswersOfJava("node", program, "[ ", " ]");
    }
}
