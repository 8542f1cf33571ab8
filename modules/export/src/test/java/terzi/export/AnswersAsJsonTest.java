package terzi.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import terzi.images.Preprocessing;
import terzi.inference.ActivationMap;
import terzi.inference.Classified;
import terzi.inference.ClassifierInfo;
import terzi.inference.Device;
import terzi.inference.Outputs;
import terzi.inference.Prediction;
import terzi.inference.PredictionSets;
import terzi.inference.Score;
import tools.jackson.databind.json.JsonMapper;

/**
 * Jackson 3 writes the answers of terzi-inference, which does not know Jackson, without annotations of Jackson. The test of
 * the Spring Boot sample does the same with Jackson 2.
 */
class AnswersAsJsonTest {

    private static final ClassifierInfo INFO = new ClassifierInfo(
            2,
            List.of("dog", "cat"),
            3,
            1.5f,
            true,
            false,
            true,
            Optional.of(Preprocessing.imagenet(8, 8)),
            Optional.of(PredictionSets.of(new float[][] {{1, 0}}, new int[1], 2)),
            Map.of("terzi.preprocessing", "{}"));
    private static final Prediction CAT = new Prediction(
            "cat",
            0.75f,
            0.998f,
            true,
            List.of(new Score("cat", 1, 0.75f)),
            new float[] {0.25f, 0.75f},
            Optional.of(INFO));
    private static final String CAT_JSON =
            "{\"label\":\"cat\",\"probability\":0.75,\"strangeness\":0.998,\"rejected\":true,\"top\":[{\"label\":\"cat\",\"index\":1,\"probability\":0.75}]}";

    @Test
    void aPredictionIsItsLabelProbabilityAndLikeliestLabels() {
        assertJson(CAT_JSON, CAT);
    }

    /** The numbers have the same types with and without strangeness in the file. */
    @Test
    void aPredictionWithoutStrangenessHasTheSameKeys() {
        assertJson(
                "{\"label\":\"cat\",\"probability\":1.0,\"strangeness\":0.0,\"rejected\":false,"
                        + "\"top\":[{\"label\":\"cat\",\"index\":0,\"probability\":1.0}]}",
                new Prediction("cat", 1, List.of(new Score("cat", 0, 1)), new float[] {1}));
    }

    @Test
    void anImageAmongManyHasItsPredictionOrAReason() {
        assertJson("{\"source\":\"a.jpg\",\"prediction\":" + CAT_JSON + "}", new Classified.Labelled<>("a.jpg", CAT));
        assertJson(
                "{\"source\":\"a.jpg\",\"reason\":\"a.jpg: is empty\"}",
                new Classified.Failed<>("a.jpg", "a.jpg: is empty", new IOException("a.jpg: is empty")));
    }

    @Test
    void outputsAreTheirArrays() {
        ActivationMap map = new ActivationMap(2, 1, new float[] {1, 2});
        assertJson(
                "{\"probabilities\":[[0.25,0.75]],\"logits\":[[0.0,1.5]],\"features\":[[]],\"strangeness\":[0.25],"
                        + "\"activationMaps\":[[{\"width\":2,\"height\":1,\"values\":[1.0,2.0]}]]}",
                new Outputs(
                        new float[][] {{0.25f, 0.75f}},
                        new float[][] {{0, 1.5f}},
                        new float[1][0],
                        new float[] {0.25f},
                        List.of(List.of(map))));
    }

    @Test
    void theDescriptionOfAClassifierHasThePreprocessingInItsMetadata() {
        assertJson(
                "{\"formatVersion\":2,\"labels\":[\"dog\",\"cat\"],\"channels\":3,\"temperature\":1.5,"
                        + "\"features\":true,\"activationMap\":false,\"strangeness\":true,"
                        + "\"metadata\":{\"terzi.preprocessing\":\"{}\"}}",
                INFO);
        assertJson("{\"kind\":\"CPU\",\"index\":0}", Device.cpu());
    }

    private static void assertJson(String expected, Object answer) {
        JsonMapper jackson = JsonMapper.builder().build();
        assertEquals(jackson.readTree(expected), jackson.readTree(jackson.writeValueAsString(answer)));
    }
}
