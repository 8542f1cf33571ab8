package terzi.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.images.Preprocessing.Channels;
import terzi.onnx.Model;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;

/** A file of format version 1, committed when the version was fixed, must stay readable for ever. */
class FormatOneTest {

    static final Path FILE = Path.of("../inference/src/test/resources/terzi/inference/format-1.onnx");

    @Test
    void theCommittedFileStillGivesItsGoldenAnswers() throws Exception {
        ExportReport report = ClassifierFile.verify(FILE);
        assertEquals(2, report.goldens());
        assertTrue(report.maxDifference() < 1e-5, report.toString());
        assertEquals(
                List.of("bag", "boot", "shirt"), ClassifierFile.readSpec(FILE).labels());
    }

    /** How the file was made, when 1 was the version that {@link ClassifierFile} writes. */
    public static void main(String[] arguments) throws Exception {
        Preprocessing preprocessing = Preprocessing.plain(8, 8, Channels.RGB);
        // global average pooling and one linear layer over the colours: small, and it has an activation map
        Model network = Sequential.build(
                new InputShape(3, 8, 8), List.of(new Layer.GlobalAveragePool(), new Layer.Dense(3)), 7);
        List<Golden> goldens = List.of(golden(network, preprocessing, 1), golden(network, preprocessing, 2));
        ClassifierSpec spec = new ClassifierSpec(preprocessing, List.of("bag", "boot", "shirt")).withTemperature(1.25f);
        ClassifierFile.write(network, spec, goldens, FILE);
    }

    private static Golden golden(Model network, Preprocessing preprocessing, long seed) {
        Image image = Fixtures.noise(8, 8, 3, seed);
        float[] input = preprocessing.tensor(image);
        float[] means = new float[3];
        for (int i = 0; i < input.length; i++) {
            means[i / 64] += input[i] / 64;
        }
        return new Golden(image, Fixtures.linearLogits(network, means));
    }
}
