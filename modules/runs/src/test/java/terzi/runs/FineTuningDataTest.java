package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.data.Dataset;
import terzi.data.DatasetException;
import terzi.data.DatasetOptions;
import terzi.data.Grouping;
import terzi.data.Splits;
import terzi.images.Image;

class FineTuningDataTest {
    @TempDir
    private Path folder;

    /** Noise of its own for each name. */
    private void image(String name) throws IOException {
        byte[] pixels = new byte[32 * 32 * 3];
        new Random(name.hashCode()).nextBytes(pixels);
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(new Image(32, 32, 3, pixels).toBufferedImage(), "png", file.toFile());
    }

    /** Of each class {@code count} images by so many shops. */
    private void shops(int shops, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            image("cat/s" + i % shops + "__" + i + "a.png");
            image("dog/s" + i % shops + "__" + i + "b.png");
        }
    }

    private FineTuningData open(String grouping, double test, double validation) throws IOException {
        return FineTuningData.open(
                folder.toString(),
                DatasetOptions.defaults().withSeed(1),
                new FineTuningData.Shares(test, validation, Grouping.parse(grouping)));
    }

    private static Set<String> shopsOf(Dataset part) {
        return IntStream.range(0, part.size())
                .mapToObj(i -> part.id(i).replaceAll(".*/(s\\d+)__.*", "$1"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void noShopIsInTwoPartsOrFolds() throws IOException {
        shops(8, 16);
        FineTuningData data = open("auto", 0.15, 0.15);
        Set<String> train = shopsOf(data.splits().train());
        Set<String> validation = shopsOf(data.splits().validation().orElseThrow());
        Set<String> test = shopsOf(data.splits().test().orElseThrow());
        // 15 % of 16 are 2 images of each class: one shop; of the 14 that are left as well
        assertEquals(List.of(6, 1, 1), List.of(train.size(), validation.size(), test.size()));
        Set<String> all = new TreeSet<>(train);
        all.addAll(validation);
        all.addAll(test);
        assertEquals(8, all.size());

        assertEquals(28, data.groups().length);
        assertArrayEquals(data.groups(), data.families().orElseThrow().groups());
        assertEquals(7, data.families().orElseThrow().count());
        assertEquals(28, Arrays.stream(data.duplicateGroups()).distinct().count(), "no two images look alike");
        Dataset taught = Dataset.concatenated(
                List.of(data.splits().train(), data.splits().validation().orElseThrow()));
        for (Splits.Split fold : data.folds(3, 1)) {
            Set<String> both = shopsOf(taught.subset(fold.kept()));
            both.retainAll(shopsOf(taught.subset(fold.held())));
            assertEquals(Set.of(), both);
        }
        assertEquals(List.of(), data.notes());
    }

    @Test
    void moreFoldsThanGroupsAreAsManyAsThereAreGroups() throws IOException {
        shops(6, 12);
        assertEquals(5, open("auto", 0.15, 0).folds(10, 1).size(), "one of six shops is held out");
        assertEquals(10, open("none", 0.15, 0).folds(10, 1).size());
    }

    @Test
    void withoutARuleImagesOfAShopAreDividedAndFoldsAreByNearDuplicates() throws IOException {
        shops(6, 12);
        FineTuningData data = open("none", 0.5, 0);
        assertEquals(Optional.empty(), data.families());
        assertArrayEquals(data.duplicateGroups(), data.groups());
        assertTrue(shopsOf(data.splits().train()).size()
                        + shopsOf(data.splits().test().orElseThrow()).size()
                > 6);
    }

    @Test
    void aNearDuplicateJoinsTheShopsThatItConnects() throws IOException {
        shops(8, 16);
        Files.copy(folder.resolve("cat/s0__0a.png"), folder.resolve("cat/s1__copy.png"));
        FineTuningData data = open("auto", 0, 0);
        assertEquals(7, data.families().orElseThrow().count());
        assertEquals(32, Arrays.stream(data.duplicateGroups()).distinct().count(), "33 images, of which two are equal");
    }

    @Test
    void familiesThatWouldLeaveAClassInOneGroupAreNotUsedUnlessTheyAreNamed() throws IOException {
        shops(6, 12);
        for (int i = 0; i < 4; i++) {
            image("owl/s" + i % 2 + "__" + i + "c.png"); // two shops only: one of them is for the test
        }
        FineTuningData data = open("auto", 0.3, 0);
        assertEquals(Optional.empty(), data.families());
        assertEquals(
                List.of(
                        "images are divided by near duplicates alone, although the part of the file name before '__' joins"
                                + " them: beside the test set the class 'owl' would have images of one group only"),
                data.notes());
        assertEquals(3, data.folds(3, 1).size());
        assertEquals(6, open("auto", 0, 0).families().orElseThrow().count(), "without a test part there are two");

        FineTuningData named = open("(s\\d)__", 0.3, 0);
        String refusal =
                assertThrows(IOException.class, () -> named.folds(3, 1)).getMessage();
        assertTrue(refusal.contains("all images of the class 'owl' beside the test set are in one group"), refusal);
    }

    @Test
    void aTestPartOfTheDataThatSharesGroupsIsNoted() throws IOException {
        for (int i = 0; i < 24; i++) {
            image((i < 18 ? "train/" : "test/") + (i % 2 == 0 ? "cat/" : "dog/") + "s" + (i < 20 ? i % 6 : 7) + "__" + i
                    + "a.png");
        }
        FineTuningData data = open("auto", 0.15, 0);
        assertEquals(
                List.of(
                        "2 of the 6 images of the data's own test part are of groups that are trained on, too: figures for"
                                + " new groups would be lower"),
                data.notes());
        assertEquals(6, data.testGroups().length);
    }

    @Test
    void aRuleThatDoesNotFitIsRefusedBeforeAnyImageIsDecoded() throws IOException {
        shops(6, 12);
        assertThrows(
                DatasetException.class, () -> FineTuningData.check(folder.toString(), new Grouping.Column("shop")));
        FineTuningData.check(folder.toString(), new Grouping.Auto());
        FineTuningData.check(folder.toString(), new Grouping.PathPattern("(s\\d+)__"));
    }
}
