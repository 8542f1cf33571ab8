package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static terzi.evaluation.report.Markup.count;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Predictions;
import terzi.images.Image;

/** What a card of an image says, and what it leads to. */
class ImageCardsTest {
    private static final Path FOLDER = Path.of("page").toAbsolutePath();

    /** A cat that is recognised, a dog that is taken for a cat, and a cat whose image is gone. */
    private static final Predictions PREDICTIONS = Predictions.of(
            List.of("cat", "dog"),
            List.of("photos/one.png", "photos\\two.png", "gone.png"),
            new int[] {0, 1, 0},
            new float[][] {{0.9f, 0.1f}, {0.75f, 0.25f}, {0.6f, 0.4f}});

    /** Only the second has a file and a heat map. */
    private static final ImageSource SOURCE = new ImageSource() {
        @Override
        public Optional<Image> image(int row) {
            return row == 2 ? Optional.empty() : Optional.of(square(row == 0 ? 64 : 65));
        }

        @Override
        public Optional<Image> overlay(int row) {
            return row == 1 ? Optional.of(square(65)) : Optional.empty();
        }

        @Override
        public Optional<Path> file(int row) {
            return row == 1 ? Optional.of(FOLDER.resolve("photos/two.png")) : Optional.empty();
        }
    };

    private final ImageCards cards = new ImageCards(Synthetic.report("a run", PREDICTIONS, SOURCE), FOLDER);

    private static Image square(int side) {
        return new Image(side, side, 1, new byte[side * side]);
    }

    /** The cards, without what the images are made of. */
    private String[] sheet(List<Integer> rows) throws IOException {
        List<ImageCard> made = cards.withOverlays(cards.shown(rows));
        return Markup.html(out -> JtecardsGenerated.render(out, null, made))
                .replaceAll("base64,[^\"]*", "base64,")
                .split("<figure ", -1);
    }

    @Test
    void aCardSaysWhatWasAnsweredHowSurelyAndWhatWouldBeRight() throws IOException {
        String[] parts = sheet(List.of(0, 1, 2));
        assertEquals(3, parts.length, "an image that is gone has no card");
        assertTrue(parts[0].contains("<div class=\"shots heat\">"));
        assertEquals(
                "class=\"shot\"><div class=\"pics\"><img class=\"tiny\" alt=\"correctly classified as cat\""
                        + " src=\"data:image/png;base64,\"></div><figcaption><b class=\"clip\" title=\"cat\">✓ <bdi>cat</bdi></b>"
                        + " <span class=\"sure\">90\u00a0%</span><span class=\"file\" title=\"photos/one.png\">"
                        + "<bdi>one.<wbr>png</bdi></span></figcaption></figure>",
                parts[1].strip());
        String link = "href=\"photos/two.png\">";
        assertEquals(
                "class=\"shot wrong\"><div class=\"pics\"><a " + link
                        + "<img alt=\"incorrectly classified as cat\" src=\"data:image/jpeg;base64,\"></a><a " + link
                        + "<img alt=\"heat map for cat\" src=\"data:image/jpeg;base64,\"></a></div><figcaption>"
                        + "<b class=\"clip\" title=\"cat\">✗ <bdi>cat</bdi></b> <span class=\"sure\">75\u00a0%</span>"
                        + "<small class=\"clip\" title=\"dog\">is <bdi>dog</bdi></small>"
                        + "<a class=\"file\" title=\"photos\\two.png\" " + link
                        + "<bdi>two.<wbr>png</bdi></a></figcaption></figure></div>",
                parts[2].strip());
    }

    @Test
    void withoutHeatMapsTheSheetHasNoRoomForThem() throws IOException {
        String[] parts = sheet(List.of(0));
        assertTrue(parts[0].contains("<div class=\"shots\">"), parts[0]);
        assertEquals(1, count("<img", parts[1]));
    }

    @Test
    void aCardLeadsToItsFileWhereItHasOne() throws IOException {
        List<ImageCard> both = cards.of(cards.shown(List.of(0, 1)));
        assertEquals(Optional.empty(), both.get(0).link());
        assertEquals(Optional.of("photos/two.png"), both.get(1).link());
        assertEquals(Optional.empty(), both.get(1).overlay(), "without heat maps, if they are not wanted");
    }

    @Test
    void underAHeadingThatNamesTheClassesACardHasOnlyItsImage() throws IOException {
        ConfusionSection section = ConfusionSection.of(Evaluation.of(PREDICTIONS), cards);
        String text = Markup.html(out -> JteconfusionGenerated.render(out, null, section, new HtmlPage()));
        assertEquals(1, count("<img alt=\"dog misclassified as cat\"", text));
        assertTrue(text.contains("<b>✗</b> <span class=\"sure\">75\u00a0%</span><a class=\"file\""), text);
        assertFalse(text.contains("is <bdi>"), text);
    }
}
