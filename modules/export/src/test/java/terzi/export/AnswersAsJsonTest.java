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
import terzi.inference.Score;
import tools.jackson.databind.json.JsonMapper;

/**
 * Jackson 3 writes the answers of terzi-inference, which does not know Jackson, without annotations of Jackson. The test of
 * the Spring Boot sample does the same with Jackson 2.
 */
class AnswersAsJsonTest {

    private static final Prediction CAT =
            new Prediction("cat", 0.75f, List.of(new Score("cat", 1, 0.75f)), new float[] {0.25f, 0.75f});
    private static final String CAT_JSON =
            "{\"label\":\"cat\",\"probability\":0.75,\"top\":[{\"label\":\"cat\",\"index\":1,\"probability\":0.75}]}";

    @Test
    void aPredictionIsItsLabelProbabilityAndLikeliestLabels() {
        assertJson(CAT_JSON, CAT);
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
                "{\"probabilities\":[[0.25,0.75]],\"logits\":[[0.0,1.5]],\"features\":[[]],"
                        + "\"activationMaps\":[[{\"width\":2,\"height\":1,\"values\":[1.0,2.0]}]]}",
                new Outputs(
                        new float[][] {{0.25f, 0.75f}},
                        new float[][] {{0, 1.5f}},
                        new float[1][0],
                        List.of(List.of(map))));
    }

    @Test
    void theDescriptionOfAClassifierHasThePreprocessingInItsMetadata() {
        assertJson(
                "{\"formatVersion\":1,\"labels\":[\"cat\"],\"channels\":3,\"temperature\":1.5,\"features\":true,"
                        + "\"activationMap\":false,\"metadata\":{\"terzi.preprocessing\":\"{}\"}}",
                new ClassifierInfo(
                        1,
                        List.of("cat"),
                        3,
                        1.5f,
                        true,
                        false,
                        Optional.of(Preprocessing.imagenet(8, 8)),
                        Map.of("terzi.preprocessing", "{}")));
        assertJson("{\"kind\":\"CPU\",\"index\":0}", Device.cpu());
    }

    private static void assertJson(String expected, Object answer) {
        JsonMapper jackson = JsonMapper.builder().build();
        assertEquals(jackson.readTree(expected), jackson.readTree(jackson.writeValueAsString(answer)));
    }
}
