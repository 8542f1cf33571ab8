package terzi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Image;

class GroupingTest {
    private static final ListedImages SHOPS = new ListedImages()
            .with("cat", "cat/north/a.jpg", "shop", "n", "day", "")
            .with("cat", "cat/south/b.jpg", "shop", "s", "day", "")
            .with("dog", "dog/north/c.jpg", "shop", "n", "day", "")
            .with("dog", "dog/d.jpg", "shop", "", "day", "")
            .with("dog", "dog/e.jpg", "shop", "", "day", "")
            .with("dog", "dog/north/deep/f.jpg", "shop", "s", "day", "");

    /** Every image alone. */
    private static int[] alone(Dataset images) {
        return IntStream.range(0, images.size()).toArray();
    }

    private static int[] groups(String rule, Dataset images) throws IOException {
        return Grouping.parse(rule)
                .families(images, alone(images))
                .orElseThrow()
                .groups();
    }

    private static String refusal(String rule, Dataset images) {
        return assertThrows(DatasetException.class, () -> Grouping.parse(rule).families(images, alone(images)))
                .getMessage();
    }

    @Test
    void aSpellingIsReadAsItsRuleAndWrittenTheSameAgain() {
        assertEquals(new Grouping.None(), Grouping.parse("none"));
        assertEquals(new Grouping.Auto(), Grouping.parse("auto"));
        assertEquals(new Grouping.Folders(), Grouping.parse("folders"));
        assertEquals(new Grouping.Column("shop id"), Grouping.parse("column: shop id"));
        assertEquals(new Grouping.PathPattern("^[^/]+/(\\w+)"), Grouping.parse("^[^/]+/(\\w+)"));
        for (String text : new String[] {"none", "auto", "folders", "column:shop", "(a|b)+"}) {
            assertEquals(text, Grouping.parse(text).text());
        }
    }

    @Test
    void whatIsNotARuleIsRefusedWithThoseThatThereAre() {
        String open = assertThrows(IllegalArgumentException.class, () -> Grouping.parse("(shop"))
                .getMessage();
        assertTrue(
                open.startsWith("groups: expected none, auto, folders, column:NAME or a regular expression over paths,"
                        + " found '(shop'"),
                open);
        assertThrows(IllegalArgumentException.class, () -> Grouping.parse("column: "));
    }

    @Test
    void foldersBelowTheClassFolderAreGroupsThatSpanClasses() throws IOException {
        assertArrayEquals(new int[] {0, 1, 0, 3, 4, 5}, groups("folders", SHOPS));
        ListedImages parts = new ListedImages()
                .with("cat", "train/cat/north/a.jpg")
                .with("cat", "test/cat/north/b.jpg")
                .with("cat", "test/cat/south/c.jpg");
        assertArrayEquals(new int[] {0, 0, 2}, groups("folders", parts));
        ListedImages list = new ListedImages()
                .with("cat", "north/a.jpg")
                .with("dog", "north/b.jpg")
                .with("dog", "south/c.jpg");
        assertArrayEquals(new int[] {0, 0, 2}, groups("folders", list), "no folder is called like the class");
    }

    @Test
    void aColumnGroupsByItsFieldsAndLeavesEmptyOnesAlone() throws IOException {
        assertArrayEquals(new int[] {0, 1, 0, 3, 4, 1}, groups("column:shop", SHOPS));
        assertArrayEquals(new int[] {0, 1, 0, 3, 4, 1}, groups("column:Shop", SHOPS));
        assertEquals(
                "the column 'shop' (4 groups)",
                Grouping.parse("column:shop")
                        .families(SHOPS, alone(SHOPS))
                        .orElseThrow()
                        .text());
    }

    @Test
    void aPatternGroupsByWhatItCapturesOrMatches() throws IOException {
        assertArrayEquals(new int[] {0, 1, 0, 3, 4, 0}, groups("^[^/]+/([a-z]+)/", SHOPS), "the first capturing group");
        assertArrayEquals(new int[] {0, 1, 0, 3, 4, 0}, groups("north|south", SHOPS), "the whole match");
        assertArrayEquals(
                new int[] {0, 1, 0, 3, 4, 0}, groups("(north)|south", SHOPS), "what captures nothing stands alone");
    }

    @Test
    void rulesThatDoNotFitTheDataAreRefused() {
        assertEquals(
                "groups: expected a CSV list with the column 'vendor', found the columns shop, day",
                refusal("column:vendor", SHOPS));
        assertEquals(
                "groups: the column 'day' is empty in every row; a path is cat/north/a.jpg",
                refusal("column:day", SHOPS));
        assertEquals("groups: the pattern 'west' matches no path; a path is cat/north/a.jpg", refusal("west", SHOPS));
        assertEquals(
                "groups: the pattern 'jpg' over paths joins all 6 images, so that none can be held out; expected two"
                        + " groups or more",
                refusal("jpg", SHOPS));
        ListedImages flat = new ListedImages().with("cat", "cat/a.jpg").with("dog", "dog/b.jpg");
        assertTrue(refusal("folders", flat).contains("no image lies in a folder below its class folder"));
        assertTrue(refusal("column:shop", flat).contains("found no column beside path, label and split"));
    }

    @Test
    void nearDuplicatesJoinTheGroupsThatTheyConnect() throws IOException {
        // b (south) and c (north) look alike, and so do d and e, which are in no folder
        int[] duplicates = {0, 1, 1, 3, 3, 5};
        assertArrayEquals(
                new int[] {0, 0, 0, 3, 3, 5},
                new Grouping.Folders().families(SHOPS, duplicates).orElseThrow().groups());
        assertEquals(Optional.empty(), new Grouping.None().families(SHOPS, duplicates));
        assertThrows(IllegalArgumentException.class, () -> new Grouping.Folders().families(SHOPS, new int[2]));
    }

    @Test
    void aListKeepsItsOtherColumnsInEveryView(@TempDir Path folder) throws IOException {
        for (int i = 0; i < 4; i++) {
            Image image = new Image(1, 1, 1, new byte[] {(byte) i});
            ImageIO.write(
                    image.toBufferedImage(), "png", folder.resolve(i + ".png").toFile());
        }
        Path list = Files.writeString(
                folder.resolve("list.csv"),
                "Shop ,path,split,label,group\nx,0.png,train,a,7\n\" y,z \",1.png,train,b,8\nx,2.png,test,a,\n,3.png,test,b,8\n");
        DatasetSplits splits =
                Datasets.open(list.toString(), DatasetOptions.defaults().withHeldOut(0, 0));
        Dataset all = Dataset.concatenated(List.of(splits.train(), splits.test().orElseThrow()));
        assertEquals(Map.of("Shop", "y,z", "group", "8"), all.columns(1));
        assertArrayEquals(new int[] {0, 1, 0, 3}, groups("column:shop", all));
        assertArrayEquals(new int[] {0, 1, 2, 1}, groups("column:group", all));
        assertArrayEquals(new int[] {0, 1}, groups("column:shop", all.subset(new int[] {3, 2})));
    }
}
