package terzi.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import terzi.inference.ClassifierDigest;

/** The same file gives the same answer in Java as in Python and node; their answers are in {@code golden.json}. */
class ParityTest {

    private static final Path ROOT = Path.of("..");
    private static final Path FOLDER = Path.of("target/parity");

    @Test
    void theCommittedClassifiersAnswerAsInPythonAndNode() throws Exception {
        ParityGolden golden = ParityGolden.read(ROOT);
        Map<String, Path> classifiers = new TreeMap<>(ParityClassifiers.committed(ROOT));
        // trained again since, or new: its answers wait for the next `benchmarks/run parity`
        classifiers.entrySet().removeIf(c -> !isTheOneOf(golden, c.getKey(), c.getValue()));
        assertTrue(
                classifiers.containsKey("drawn-products"),
                "benchmarks/parity/golden.json has no answers of the"
                        + " committed drawn-products.onnx: benchmarks/run parity");
        List<ParityCheck.Outcome> outcomes = outcomes(golden, classifiers, 1);
        assertEquals(
                List.of(),
                outcomes.stream().flatMap(outcome -> outcome.problem().stream()).toList());
        assertEquals(2 * golden.images().size(), outcomes.size());
    }

    /** One image in five, for time; {@code benchmarks/run parity} compares all. */
    @Test
    void resNet50AnswersAsInPythonAndNode() throws Exception {
        Optional<Path> resnet = ParityClassifiers.resnet50(FOLDER);
        assumeTrue(resnet.isPresent(), "ResNet-50 is not in the cache: ./terzi backbones pull resnet50");
        ParityGolden golden = ParityGolden.read(ROOT);
        assumeTrue(golden.classifiers().containsKey(ParityClassifiers.RESNET), "no golden answers of ResNet-50");
        List<ParityCheck.Outcome> outcomes = outcomes(golden, Map.of(ParityClassifiers.RESNET, resnet.get()), 5);
        assertEquals(
                List.of(),
                outcomes.stream().flatMap(outcome -> outcome.problem().stream()).toList());
    }

    @Test
    void theGoldenAnswersAreThoseOfTheCommittedImages() throws Exception {
        Set<String> golden = ParityGolden.read(ROOT).images().keySet();
        Map<String, Path> images = ParityImages.all(ROOT, FOLDER);
        assertEquals(Set.copyOf(images.keySet()), Set.copyOf(golden));
        assertTrue(golden.size() >= 40, golden.size() + " images");
        assertTrue(golden.containsAll(ParityCheck.exceptions(ROOT).keySet()), "an exception names no image");
    }

    @Test
    void anotherAnswerIsNoticed() throws Exception {
        ParityGolden golden = ParityGolden.read(ROOT);
        Path file = ROOT.resolve("benchmarks/parity/images/jpeg-420.jpg");
        ParityGolden.Answer right = golden.images().get("jpeg-420.jpg").get("python");
        double[][] listed = right.answers().get("drawn-products");
        double[][] shifted = {listed[0].clone(), listed[1].clone(), listed[2].clone()};
        shifted[1][1] += 2e-4;
        try (ParityCheck check = new ParityCheck(
                ROOT, Map.of("drawn-products", ParityClassifiers.committed(ROOT).get("drawn-products")))) {
            assertEquals(List.of(), problems(check, "jpeg-420.jpg", file, right));
            assertEquals(
                    1,
                    problems(check, "jpeg-420.jpg", file, answer(right.pixels(), shifted))
                            .size());
            // other pixels need an exception, even if the answer is right
            assertEquals(
                    1,
                    problems(check, "jpeg-420.jpg", file, answer("0".repeat(64), listed))
                            .size());
            // and an exception that is not needed any more is out of date
            assertEquals(1, problems(check, "bmp-gray.bmp", file, right).size());
        }
    }

    private static ParityGolden.Answer answer(String pixels, double[][] listed) {
        return new ParityGolden.Answer(null, 320, 240, pixels, Map.of("drawn-products", listed));
    }

    private static List<String> problems(ParityCheck check, String name, Path file, ParityGolden.Answer theirs)
            throws IOException {
        return check.check(name, file, Map.of("node", theirs)).stream()
                .flatMap(outcome -> outcome.problem().stream())
                .toList();
    }

    private static boolean isTheOneOf(ParityGolden golden, String name, Path file) {
        try {
            return ClassifierDigest.verify(file).equals(golden.classifiers().get(name));
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    private static List<ParityCheck.Outcome> outcomes(ParityGolden golden, Map<String, Path> classifiers, int step)
            throws IOException {
        List<ParityCheck.Outcome> outcomes = new ArrayList<>();
        int at = 0;
        try (ParityCheck check = new ParityCheck(ROOT, classifiers)) {
            for (Map.Entry<String, Path> image : ParityImages.all(ROOT, FOLDER).entrySet()) {
                if (at++ % step == 0) {
                    outcomes.addAll(check.check(
                            image.getKey(), image.getValue(), golden.images().getOrDefault(image.getKey(), Map.of())));
                }
            }
        }
        return outcomes;
    }
}
