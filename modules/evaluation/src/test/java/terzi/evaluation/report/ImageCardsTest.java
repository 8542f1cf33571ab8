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

    private final Html html = new Html();
    private final ImageCards cards = new ImageCards(html, Synthetic.report("a run", PREDICTIONS, SOURCE), FOLDER);

    private static Image square(int side) {
        return new Image(side, side, 1, new byte[side * side]);
    }

    /** The cards, without what the images are made of. */
    private String[] sheet(List<Integer> rows) throws IOException {
        List<SampleSheet.Shown> shown = cards.shown(rows);
        cards.sheet(shown, cards.overlays(shown));
        return html.toString().replaceAll("base64,[^\"]*", "base64,").split("<figure ", -1);
    }

    @Test
    void aCardSaysWhatWasAnsweredHowSurelyAndWhatWouldBeRight() throws IOException {
        String[] parts = sheet(List.of(0, 1, 2));
        assertEquals(3, parts.length, "an image that is gone has no card");
        assertTrue(parts[0].contains("<div class=\"shots heat\">"));
        assertEquals(
                "class=\"shot\"><div class=\"pics\"><img class=\"tiny\" alt=\"rightly classified as cat\""
                        + " src=\"data:image/png;base64,\"></div><figcaption><b class=\"clip\" title=\"cat\">✓ <bdi>cat</bdi></b>"
                        + " <span class=\"sure\">90\u00a0%</span><span class=\"file\" title=\"photos/one.png\">"
                        + "<bdi>one.<wbr>png</bdi></span></figcaption></figure>",
                parts[1].strip());
        String link = "href=\"photos/two.png\">";
        assertEquals(
                "class=\"shot wrong\"><div class=\"pics\"><a " + link
                        + "<img alt=\"wrongly classified as cat\" src=\"data:image/jpeg;base64,\"></a><a " + link
                        + "<img alt=\"heat map for cat\" src=\"data:image/jpeg;base64,\"></a></div><figcaption>"
                        + "<b class=\"clip\" title=\"cat\">✗ <bdi>cat</bdi></b> <span class=\"sure\">75\u00a0%</span>"
                        + "<small class=\"clip\" title=\"dog\">is <bdi>dog</bdi></small>"
                        + "<a class=\"file\" title=\"photos\\two.png\" " + link
                        + "<bdi>two.<wbr>png</bdi></a></figcaption></figure>\n</div>",
                parts[2].strip());
    }

    @Test
    void withoutHeatMapsTheSheetHasNoRoomForThem() throws IOException {
        String[] parts = sheet(List.of(0));
        assertTrue(parts[0].contains("<div class=\"shots\">"), parts[0]);
        assertEquals(1, count("<img", parts[1]));
    }

    @Test
    void thereAreFilesToOpenWhereOneHasOne() {
        List<SampleSheet.Shown> both = cards.shown(List.of(0, 1));
        assertTrue(cards.haveFiles(both));
        assertFalse(cards.haveFiles(both.subList(0, 1)));
        assertFalse(cards.haveFiles(List.of()));
    }

    @Test
    void underAHeadingThatNamesTheClassesACardHasOnlyItsImage() throws IOException {
        cards.pair(cards.shown(List.of(1)), "dog misclassified as cat");
        String text = html.toString();
        assertEquals(1, count("<img alt=\"dog misclassified as cat\"", text));
        assertTrue(text.contains("<b>✗</b> <span class=\"sure\">75\u00a0%</span><a class=\"file\""), text);
        assertFalse(text.contains("is <bdi>"), text);
    }

    /** HTML has no control characters but tab and line feed, and halves of a character are none. */
    @Test
    void whatIsNoCharacterOfAPageIsReplaced() {
        String cat = "\ud83d\udc08";
        assertEquals("a\tb\n" + cat, Html.escape("a\tb\n" + cat));
        assertEquals("\ufffd", Html.escape("\ud83d"));
        assertEquals("\ufffda", Html.escape("\ud83da"));
        assertEquals("\ufffd", Html.escape("\udc08"));
        assertEquals("a\ufffd", Html.escape("a\udc08"));
        assertEquals("\ufffd" + cat, Html.escape("\ud83d" + cat));
        assertEquals(cat + "\ufffd", Html.escape(cat + "\udc08"));
        assertEquals("\ufffd\ufffd\ufffd", Html.escape("\u0000\r\u007f"));
        assertEquals("&amp;&lt;&gt;&quot;&#39;", Html.escape("&<>\"'"));
    }
}
