package terzi.backbones;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;
import terzi.images.Image;
import terzi.images.Preprocessing;

class CatalogueTest {
    @Test
    void everyCardIsComplete() {
        assertEquals(
                List.of("resnet50", "efficientnet-lite0", "efficientnet-lite2"),
                Backbones.cards().stream().map(BackboneCard::name).toList());
        for (BackboneCard card : Backbones.cards()) {
            assertTrue(card.digest().matches("sha512-[A-Za-z0-9+/]{86}==|sha256:[0-9a-f]{64}"), card.digest());
            assertTrue(card.licence().matches("(MIT|Apache-2\\.0) .*"), card.licence());
            assertTrue(
                    card.imagenetTop1().orElse(0) > 0.74 && card.imagenetTop1().orElse(1) < 0.8, card.name());
            assertTrue(card.paper().contains("https://"), card.paper());
            assertTrue(card.parameters() > 1_000_000 && card.downloadBytes() > card.parameters(), card.name());
            GoldenLogits golden = card.golden().orElseThrow();
            assertEquals(1000, golden.logits().size());
            assertTrue(golden.size() >= card.preprocessing().width());
        }
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
