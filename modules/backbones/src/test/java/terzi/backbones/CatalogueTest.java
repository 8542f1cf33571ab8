package terzi.backbones;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import terzi.images.Image;
import terzi.images.Preprocessing;

class CatalogueTest {
    @Test
    void everyCardIsComplete() {
        assertEquals(
                List.of(
                        "resnet50",
                        "efficientnet-lite0",
                        "efficientnet-lite2",
                        "mobilenetv4-small",
                        "mobilenetv4-medium",
                        "hgnetv2-b4",
                        "convnext-tiny",
                        "vit-small",
                        "resnet50-v1.5",
                        "dinov2-small",
                        "dinov2-base",
                        "siglip2-base",
                        "dinov3-small"),
                Backbones.cards().stream().map(BackboneCard::name).toList());
        for (BackboneCard card : Backbones.cards()) {
            assertTrue(card.digest().matches("|sha512-[A-Za-z0-9+/]{86}==|sha256:[0-9a-f]{64}"), card.digest());
            assertTrue(
                    card.imagenetTop1().orElse(0.74) >= 0.738
                            && card.imagenetTop1().orElse(0.74) < 0.86,
                    card.name());
            assertTrue(card.paper().contains("https://"), card.paper());
            assertTrue(card.parameters() > 1_000_000 && card.downloadBytes() > card.parameters(), card.name());
            assertEquals(
                    card.use().licenceToAccept().isEmpty(),
                    card.licence().matches("(MIT|Apache-2\\.0) .*"),
                    card.name() + ": " + card.licence());
        }
    }

    @Test
    void aPackageIsPinnedAndHasAReferenceAnswer() {
        List<BackboneCard> packages = Backbones.cards().stream()
                .filter(card -> !card.source().startsWith("hf:"))
                .toList();
        assertEquals(3, packages.size());
        for (BackboneCard card : packages) {
            assertTrue(card.digest().startsWith("sha"), card.name());
            GoldenLogits golden = card.golden().orElseThrow();
            assertEquals(1000, golden.logits().size());
            assertTrue(golden.size() >= card.preprocessing().width());
        }
    }

    /** timm's results-imagenet.csv of August 2026, for the size and crop of the card. */
    @Test
    void accuraciesAreThoseOfTimmsTable() {
        Map<String, Double> table = Map.of(
                "mobilenetv4-small", 73.756,
                "mobilenetv4-medium", 79.916,
                "hgnetv2-b4", 83.700,
                "convnext-tiny", 85.154,
                "vit-small", 78.842);
        table.forEach((name, top1) -> assertEquals(
                top1 / 100, Backbones.card(name).orElseThrow().imagenetTop1().orElseThrow(), 0.0005, name));
    }

    @Test
    void networksWithoutAHeadSayWhereTheirFeaturesAre() {
        assertEquals(FeatureLocation.CLS_AND_MEAN, use("dinov2-small").features());
        assertEquals(14, use("dinov2-base").sizeMultiple());
        assertEquals(FeatureLocation.POOLER_OUTPUT, use("siglip2-base").features());
        assertEquals(FeatureLocation.POOLED, use("resnet50").features());
    }

    private static BackboneCard.Use use(String name) {
        return Backbones.card(name).orElseThrow().use();
    }

    @Test
    void theDefaultIsPreparedAsItsMakersDid() {
        Preprocessing caffe = Backbones.card("resnet50").orElseThrow().preprocessing();
        assertEquals(Preprocessing.Channels.BGR, caffe.channels());
        assertEquals(List.of(103.939f, 116.779f, 123.68f), caffe.mean());
        assertEquals(1f, caffe.scale());
        assertEquals(256, caffe.resizeTo());
    }

    @Test
    void theGoldenImageIsTheSameEverywhere() {
        Image image = GoldenImage.draw(256);
        assertEquals(
                "873f8b99090f605c5b7e969e11339c7d005a6b92e97978fb861c08f0d0a66427",
                terzi.files.Sha256.of(image.pixels()));
    }

    @Test
    void anUnknownNameListsTheKnownOnes() {
        BackboneException unknown =
                assertThrows(BackboneException.class, () -> Backbones.open("resnet51", BackboneOptions.defaults()));
        assertTrue(unknown.getMessage().contains("the names are resnet50"), unknown.getMessage());
        assertThrows(NoSuchFileException.class, () -> Backbones.open("no/such.onnx", BackboneOptions.defaults()));
    }
}
