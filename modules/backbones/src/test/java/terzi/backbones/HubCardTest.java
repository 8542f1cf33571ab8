package terzi.backbones;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.files.Sha256;
import terzi.images.Preprocessing;

/** Cards of networks on Hugging Face, against a server with the layout of their repositories and random networks. */
class HubCardTest {
    private static final String MOBILE = "onnx-community/mobilenetv4_conv_small.e2400_r224_in1k";
    private static final String TIMM = "timm/mobilenetv4_conv_small.e2400_r224_in1k";
    private static final String DINOV3 = "onnx-community/dinov3-vits16-pretrain-lvd1689m-ONNX";
    private static final String KEY = "hf:" + MOBILE + "/onnx/model.onnx";

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private HubServer hub;
    private BackboneOptions options;
    private byte[] network;

    @BeforeEach
    void start() throws IOException {
        network = TinyNetworks.classifier(1000, 1);
        hub = new HubServer()
                .put(MOBILE, "onnx/model.onnx", network)
                .put(MOBILE, "config.json", "{\"model_type\": \"mobilenet_v4\"}")
                .put(
                        TIMM,
                        "config.json",
                        "{\"architecture\": \"mobilenetv4_conv_small\", \"num_classes\": 1000, \"pretrained_cfg\":"
                                + " {\"input_size\": [3, 32, 32], \"crop_pct\": 0.8, \"interpolation\": \"bilinear\"}}");
        options = BackboneOptions.defaults()
                .withCache(folder.resolve("cache"))
                .withHub(hub.address())
                .withListener(new BackboneListener() {
                    @Override
                    public void step(String what) {
                        told.add(what);
                    }
                });
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void aCardJoinsTheNetworkWithThePreprocessingOfItsAuthors() throws IOException {
        Backbone backbone = Backbones.open("mobilenetv4-small", options);
        assertEquals("mobilenetv4-small", backbone.card().name());
        assertEquals(1000, backbone.labels().size());
        assertEquals("tench", backbone.labels().get(0));
        assertEquals(
                Preprocessing.imagenet(40, 32).withCropOrigin(Preprocessing.CropOrigin.HALF_TO_EVEN),
                backbone.preprocessing());
        assertEquals(backbone.preprocessing(), backbone.card().preprocessing());
        assertEquals("sha256:" + Sha256.of(network), backbone.card().digest());
        assertEquals(0.738, backbone.card().imagenetTop1().orElseThrow());
        assertTrue(
                told.stream().anyMatch(line -> line.startsWith("licence of mobilenetv4-small: Apache-2.0")), "" + told);
        int before = hub.requests().size();
        BackboneOptions offline = options.withDownloads(BackboneOptions.Downloads.NEVER);
        assertEquals(
                backbone.labels(), Backbones.open("mobilenetv4-small", offline).labels());
        assertEquals(before, hub.requests().size());
        assertTrue(Backbones.cached("mobilenetv4-small", options).isPresent());
        assertFalse(Backbones.cached("mobilenetv4-medium", options).isPresent());
    }

    @Test
    void aDigestIsTrustedAtFirstUseAndAnotherOneIsRefusedLater() throws IOException {
        Backbones.open("mobilenetv4-small", options);
        Path trusted = folder.resolve("cache/backbones/trusted-digests.json");
        String kept = Files.readString(trusted);
        assertTrue(kept.contains(KEY) && kept.contains(Sha256.of(network)), kept);
        assertTrue(kept.matches("(?s).*\"date\" : \"\\d{4}-\\d\\d-\\d\\d\".*"), kept);
        assertTrue(kept.contains(hub.address() + "/" + MOBILE + "/resolve/" + HubServer.COMMIT), kept);
        assertTrue(told.stream().anyMatch(line -> line.startsWith("trusted at first use: SHA-256 ")), "" + told);

        delete(folder.resolve("cache/backbones/hf"));
        byte[] other = TinyNetworks.classifier(1000, 2);
        hub.put(MOBILE, "onnx/model.onnx", other);
        int before = hub.requests().size();
        BackboneException refused =
                assertThrows(BackboneException.class, () -> Backbones.open("mobilenetv4-small", options));
        assertTrue(refused.getMessage().contains("when it was first fetched, on 2"), refused.getMessage());
        assertTrue(refused.getMessage().contains("expected " + Sha256.of(network)), refused.getMessage());
        assertTrue(refused.getMessage().contains("found    " + Sha256.of(other)), refused.getMessage());
        assertTrue(refused.getMessage().contains("delete '" + KEY + "' from " + trusted), refused.getMessage());
        assertTrue(
                hub.requests().subList(before, hub.requests().size()).stream()
                        .noneMatch(request -> request.endsWith("model.onnx")),
                "it is refused before it is downloaded");

        Files.delete(trusted);
        assertEquals(1000, Backbones.open("mobilenetv4-small", options).labels().size());
        assertTrue(Files.readString(trusted).contains(Sha256.of(other)));
    }

    @Test
    void aGivenFileMustHaveTheTrustedDigest() throws IOException {
        Path given = Files.write(folder.resolve("model.onnx"), network);
        assertEquals(
                Backbones.card("mobilenetv4-small").orElseThrow().preprocessing(),
                Backbones.open("mobilenetv4-small", options.withFrom(given)).preprocessing());
        Backbones.open("mobilenetv4-small", options);
        Files.write(given, TinyNetworks.classifier(1000, 2));
        assertThrows(BackboneException.class, () -> Backbones.open("mobilenetv4-small", options.withFrom(given)));
    }

    @Test
    void aDamagedFileInTheCacheIsFetchedAgain() throws IOException {
        Backbones.open("mobilenetv4-small", options);
        Path file = Backbones.cached("mobilenetv4-small", options).orElseThrow();
        Files.write(file, TinyNetworks.classifier(1000, 2));
        BackboneOptions offline = options.withDownloads(BackboneOptions.Downloads.NEVER);
        BackboneException missing =
                assertThrows(BackboneException.class, () -> Backbones.open("mobilenetv4-small", offline));
        assertTrue(missing.getMessage().contains("give it by withFrom(...)"), missing.getMessage());
        Backbones.open("mobilenetv4-small", options);
        assertEquals(Sha256.of(network), Sha256.of(Files.readAllBytes(file)));
    }

    @Test
    void aPinnedDigestIsThatOfTheCard() {
        hub.put("onnx-community/dinov2-small", "onnx/model.onnx", TinyNetworks.tokens(1));
        BackboneException refused =
                assertThrows(BackboneException.class, () -> Backbones.open("dinov2-small", options));
        assertTrue(refused.getMessage().contains("the SHA-256 that its card says"), refused.getMessage());
        assertTrue(
                hub.requests()
                        .contains(
                                "/api/models/onnx-community/dinov2-small/revision/8b1f705a3a7f6f062f6bdd21986c1583d3ef105d"),
                hub.requests().toString());
    }

    @Test
    void aLicenceIsAcceptedBeforeAnythingIsFetchedAndThatIsRemembered() throws IOException {
        hub.put(DINOV3, "onnx/model.onnx", TinyNetworks.tokens(1))
                .put(DINOV3, "config.json", "{\"model_type\": \"dinov3_vit\"}")
                .put(
                        DINOV3,
                        "preprocessor_config.json",
                        "{\"image_processor_type\": \"DINOv3ViTImageProcessorFast\", \"size\": {\"height\": 32, \"width\": 32}}");
        BackboneException refused =
                assertThrows(BackboneException.class, () -> Backbones.open("dinov3-small", options));
        assertTrue(refused.getMessage().contains("DINOv3 License"), refused.getMessage());
        assertTrue(
                refused.getMessage().contains("withAcceptedLicence(...) with the name dinov3"), refused.getMessage());
        assertEquals(List.of(), hub.requests());
        assertThrows(BackboneException.class, () -> Backbones.open("dinov3-small", options.withAcceptedLicence("MIT")));
        Backbone accepted = Backbones.open("dinov3-small", options.withAcceptedLicence("dinov3"));
        assertEquals(FeatureLocation.CLS, accepted.card().use().features());
        assertTrue(
                accepted.card().remarks().get(0).contains("passed on"),
                "" + accepted.card().remarks());
        assertEquals(32, Backbones.open("dinov3-small", options).preprocessing().width());
    }

    @Test
    void theLicenceOnThePageOfARepositoryIsTold() throws IOException {
        hub.licence(MOBILE, "cc-by-nc-4.0");
        hub.put(MOBILE, "preprocessor_config.json", "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": 32}");
        String name = "hf:" + MOBILE;
        assertEquals(
                "cc-by-nc-4.0 (as its page says)",
                Backbones.open(name, options).card().licence());
        assertTrue(told.contains("licence of " + name + ": cc-by-nc-4.0, as its page says"), "" + told);
    }

    @Test
    void aRepositoryThatLostTheFileSaysWhatItHas() throws IOException {
        hub.put("deepghs/timms", "README.md", "hello");
        BackboneException missing = assertThrows(BackboneException.class, () -> Backbones.open("hgnetv2-b4", options));
        assertTrue(
                missing.getMessage().contains("has no hgnetv2_b4.ssld_stage2_ft_in1k/model.onnx; it has README.md"),
                missing.getMessage());
    }

    @Test
    void aTrustFileThatIsNotJsonIsNotIgnored() throws IOException {
        Files.createDirectories(folder.resolve("cache/backbones"));
        Files.writeString(folder.resolve("cache/backbones/trusted-digests.json"), "{\"hf");
        BackboneException damaged =
                assertThrows(BackboneException.class, () -> Backbones.open("mobilenetv4-small", options));
        assertTrue(damaged.getMessage().contains("is not a JSON object"), damaged.getMessage());
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
