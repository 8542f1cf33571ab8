package terzi.backbones;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;

class JoinedNetworkTest {
    private static final Preprocessing CAFFE = new Preprocessing(
            32,
            32,
            Preprocessing.Channels.BGR,
            Preprocessing.Fit.STRETCH,
            0,
            List.of(103.939f, 116.779f, 123.68f),
            List.of(1f, 1f, 1f),
            1,
            Preprocessing.plain(32, 32, Preprocessing.Channels.RGB).filter(),
            Preprocessing.CropOrigin.ROUNDED_DOWN);
    private static final Preprocessing TIMM = Preprocessing.imagenet(36, 32);

    @TempDir
    Path folder;

    private static Model network(int size) {
        return Sequential.build(
                new InputShape(3, size, size),
                List.of(new Layer.Conv2d(4, 3), new Layer.GlobalAveragePool(), new Layer.Dense(2)),
                1);
    }

    private static Backbone backbone(String name, Preprocessing preprocessing, Model network) {
        BackboneCard card = new BackboneCard(
                name,
                "a network",
                name + ".onnx",
                "",
                "MIT",
                "",
                "",
                100,
                10,
                OptionalDouble.empty(),
                preprocessing,
                Optional.empty(),
                BackboneCard.Use.defaults(),
                List.of());
        return new Backbone(network, preprocessing, List.of("a", "b"), card);
    }

    private static float[] constant(Backbone joined, String name) {
        Tensor tensor =
                joined.network().graph().initializer("second/adapter." + name).orElseThrow();
        return tensor.floats();
    }

    /** What the second one sees of a pixel, by the definition of a preprocessing, whatever the first one does to it. */
    @Test
    void theSecondNetworkSeesThePixelsAsAlone() throws IOException {
        for (boolean isTurned : new boolean[] {false, true}) {
            Preprocessing own = isTurned ? TIMM : CAFFE;
            Preprocessing other = isTurned ? CAFFE : TIMM;
            Backbone joined = JoinedNetwork.of(backbone("a", own, network(32)), backbone("b", other, network(32)));
            float[] factor = constant(joined, "factor");
            float[] offset = constant(joined, "offset");
            long[] order = joined.network()
                    .graph()
                    .initializer("second/adapter.order")
                    .orElseThrow()
                    .longs();
            for (int pixel : new int[] {0, 77, 255}) {
                for (int c = 0; c < 3; c++) {
                    assertEquals(2 - c, order[c]);
                    int from = (int) order[c];
                    float seen = (pixel * own.scale() - own.mean().get(from))
                            / own.std().get(from);
                    float alone = (pixel * other.scale() - other.mean().get(c))
                            / other.std().get(c);
                    assertEquals(alone, seen * factor[c] + offset[c], 1e-4 * Math.max(1, Math.abs(alone)));
                }
            }
            assertEquals(own, joined.preprocessing());
            assertEquals("a + b", joined.card().name());
            assertEquals("MIT", joined.card().licence());
            assertEquals(200, joined.card().parameters());
        }
    }

    @Test
    void whatCannotBeJoinedIsToldWithItsReason() {
        Preprocessing gray = Preprocessing.plain(32, 32, Preprocessing.Channels.GRAY);
        assertTrue(
                refused(backbone("b", gray, network(32))).contains("one takes gray images and the other one colours"));
        assertTrue(refused(backbone("b", TIMM, network(64)))
                .contains("one network takes images of 32 x 32 pixels, the other of 64 x 64"));
    }

    private static String refused(Backbone second) {
        String message = assertThrows(
                        BackboneException.class, () -> JoinedNetwork.of(backbone("a", CAFFE, network(32)), second))
                .getMessage();
        assertTrue(message.startsWith("backbones a + b: cannot be joined: "), message);
        return message;
    }

    @Test
    void twoNamesWithACommaBetweenAreOpened() throws IOException {
        Path first = folder.resolve("one.onnx");
        Path second = folder.resolve("with, comma.onnx");
        ModelFile.write(network(32), first);
        ModelFile.write(network(32), second);
        assertEquals(
                "one + one",
                Backbones.open(first + ", " + first, BackboneOptions.defaults())
                        .card()
                        .name());
        assertEquals(
                "with, comma",
                Backbones.open(second.toString(), BackboneOptions.defaults())
                        .card()
                        .name());
        for (String names : List.of(first + "," + first + "," + first, first + ",", ",")) {
            assertTrue(assertThrows(BackboneException.class, () -> Backbones.open(names, BackboneOptions.defaults()))
                    .getMessage()
                    .endsWith("expected one backbone, or two with a comma between"));
        }
    }
}
