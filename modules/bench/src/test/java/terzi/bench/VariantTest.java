package terzi.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariantTest {

    private static List<String> ids(String text, Integer... threads) {
        return Variant.parse(text, List.of(threads)).stream().map(Variant::id).toList();
    }

    @Test
    void theNameSaysThreadsAndWhatDiffersFromTheDefaults() {
        assertEquals(List.of("ort threads=1", "ort threads=2"), ids("ort", 1, 2));
        assertEquals(
                List.of("djl-pytorch layout=channels-first precision=bf16 threads=2"),
                ids("djl-pytorch:precision=bf16,layout=channels-first", 2));
        assertEquals(List.of("ort threads=4"), ids("ort:optimization=all,threads=4", 1, 2));
    }

    @Test
    void namingOneTwiceMeasuresItTwice() {
        List<Variant> twice = List.of(
                Variant.parse("ort", List.of(1)).get(0),
                Variant.parse("ort", List.of(1)).get(0));
        assertEquals(
                List.of("ort threads=1", "ort threads=1 #2"),
                Variant.numbered(twice).stream().map(Variant::id).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ort:layout=last", "ort:arena", "ort:threads=0", "pytorch:handicap=0.1", "ort:"})
    void anUnknownSettingIsAnErrorThatListsTheKnown(String text) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ids(text, 1));
        assertTrue(e.getMessage().contains("threads=N"), e.getMessage());
    }

    @Test
    void anUnknownBackendIsAnErrorThatListsAll() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ids("caffe", 1));
        assertTrue(e.getMessage().contains("ort, ") && e.getMessage().contains("openvino"), e.getMessage());
    }

    @Test
    void aWorkersArgumentsAreReadBackAsTheyWereWritten() {
        Job job = new Job(
                BenchReport.Subject.FILES,
                Path.of("/a folder/classifier.onnx"),
                Path.of("/images = mine"),
                3,
                Variant.parse("terzi-files", List.of(2)).get(0).settings());
        assertEquals(job, Job.parse(job.arguments()));
    }

    @Test
    void aProgramThatIsNotThereIsAnObstacleWithItsRemedy() {
        Place place = new Place(
                Optional.of(Path.of("../../benchmarks/peers")), "no-such-python", "no-such-node", Optional.empty());
        for (String name : List.of("ort-python", "ort-node", "ort-c")) {
            String obstacle = Backends.named(name).obstacle(place).orElseThrow();
            assertTrue(obstacle.contains("--"), name + ": " + obstacle);
        }
        assertTrue(Backends.named("ort-node")
                .obstacle(Place.jvmOnly())
                .orElseThrow()
                .contains("--peers"));
        assertEquals(Optional.empty(), Backends.named("ort").obstacle(place));
    }
}
