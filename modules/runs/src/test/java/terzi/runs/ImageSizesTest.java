package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import terzi.backbones.Backbone;
import terzi.backbones.BackboneCard;
import terzi.backbones.FeatureLocation;
import terzi.images.Preprocessing;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.training.recipe.FineTuningOptions;

class ImageSizesTest {
    private static final FineTuningOptions USUAL = FineTuningOptions.defaults();

    /** 224 pixels grow by 8/7 to 256, and the multiple of 14 next to that is 252; by 12/7 to 384 and 378 or 392. */
    @Test
    void sizesAreTheNextMultiplesOfThePatch() throws IOException {
        assertEquals(252, suited(8.0 / 7, 0, 14));
        assertEquals(378, suited(12.0 / 7, 0, 14));
        assertEquals(224, suited(1, 0, 14));
        assertEquals(266, suited(8.0 / 7, 266, 14));
    }

    @Test
    void networksThatTakeTheUsualSizesKeepThem() throws IOException {
        assertEquals(0, suited(8.0 / 7, 0, 1));
        assertEquals(0, suited(8.0 / 7, 0, 16));
        assertEquals(0, suited(8.0 / 7, 0, 0));
        assertEquals(333, suited(8.0 / 7, 333, 1));
        assertEquals(224, suited(1, 224, 0));
    }

    @Test
    void aSizeThatTheNetworkDoesNotTakeIsRefusedWithOnesThatItTakes() {
        IOException multiple = assertThrows(IOException.class, () -> suited(1, 256, 14));
        assertTrue(
                multiple.getMessage().contains("multiple of 14 pixels, such as 252 or 266, found 256"), "" + multiple);
        IOException fixed = assertThrows(IOException.class, () -> suited(1, 256, 0));
        assertTrue(fixed.getMessage().contains("takes images of 224 x 224 pixels only"), "" + fixed);
    }

    private static int suited(double enlarge, int size, int multiple) throws IOException {
        FineTuningOptions options = USUAL.with(List.of("size=" + size, "enlarge=" + enlarge));
        return ImageSizes.suited(options, backbone(multiple)).input().size();
    }

    private static Backbone backbone(int multiple) {
        GraphBuilder graph = new GraphBuilder("any", 18);
        TensorType type = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));
        graph.output(graph.node("Relu", List.of(graph.input("input", type))), "logits", type);
        Preprocessing own = Preprocessing.imagenet(256, 224);
        BackboneCard card = new BackboneCard(
                "patches",
                "",
                "",
                "",
                "MIT",
                "",
                "",
                1,
                1,
                OptionalDouble.empty(),
                own,
                Optional.empty(),
                new BackboneCard.Use(FeatureLocation.CLS, multiple, Optional.empty()),
                List.of());
        return new Backbone(graph.build(), own, List.of(), card);
    }
}
