package terzi.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.images.Image;

/** Layouts as datasets on the web and on people's disks have them; each path is a folder that gets two images. */
class FolderLayoutTest {
    private static final DatasetOptions OPTIONS = DatasetOptions.defaults().withHeldOut(0, 0);

    @TempDir
    private Path root;

    private void make(String paths) throws IOException {
        for (String path : Pattern.compile(", *").splitAsStream(paths).toList()) {
            Path place = root.resolve(path);
            if (path.endsWith("/")) {
                Files.createDirectories(place);
            } else if (path.matches(".*\\.(txt|json|xml|yaml|csv|html)")) {
                Files.createDirectories(place.getParent());
                Files.writeString(place, "text");
            } else {
                Files.createDirectories(place);
                for (int i = 0; i < 2; i++) {
                    byte[] pixels = new byte[4 * 4 * 3];
                    Arrays.fill(pixels, (byte) (path.hashCode() + 7 * i));
                    ImageIO.write(
                            new Image(4, 4, 3, pixels).toBufferedImage(),
                            "png",
                            place.resolve(i + ".png").toFile());
                }
            }
        }
    }

    private DatasetSplits open() throws IOException {
        return Datasets.open(root.toString(), OPTIONS);
    }

    private DatasetSplits measured(String... labels) throws IOException {
        return Datasets.open(root.toString(), OPTIONS.withLabels(List.of(labels)));
    }

    private String refusal() {
        return String.valueOf(assertThrows(DatasetException.class, this::open).getMessage());
    }

    private static String leftOut(DatasetSplits splits) {
        return splits.report().leftOut().stream()
                .map(DatasetReport.LeftOut::folder)
                .sorted()
                .collect(Collectors.joining(" "));
    }

    /** {@code labels | training, validation, test images}. */
    private static String found(DatasetSplits splits) {
        return String.join(" ", splits.labels()) + ": " + splits.train().size() + " "
                + splits.validation().map(Dataset::size).orElse(0) + " "
                + splits.test().map(Dataset::size).orElse(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Train/a, Train/b, Test/a, Test/b                          | a b: 4 0 4",
                "TRAINING/a, TRAINING/b, Testing/a                         | a b: 4 0 2",
                "train/a, train/b, dev/a, dev/b                            | a b: 4 4 0",
                "train/a, train/b, eval/a, holdout/b                       | a b: 4 2 2",
                "trn/a, trn/b, valid/a, tst/b                              | a b: 4 2 2",
                "train_set/a, train_set/b, val-set/a, test set/b           | a b: 4 2 2",
                "trainImages/a, trainImages/b, ValData/a, testset/b        | a b: 4 2 2",
                "train2017/a, train2017/b, val2017/a                       | a b: 4 2 0",
                "images_train/a, images_train/b, images_validation/a       | a b: 4 2 0",
                "seg_train/seg_train/a, seg_train/seg_train/b, seg_test/seg_test/a | a b: 4 0 2",
                "Train/train/a, Train/train/b, Test/Test/a                 | a b: 4 0 2",
                "train/images/a, train/images/b, test/images/a             | a b: 4 0 2",
                "xray_train/a, xray_train/b, xray_test/b                   | a b: 4 0 2",
                "train/a, train/b, Evaluation/a, hold-out/b                | a b: 4 2 2"
            })
    void partsAreKnownByTheUsualNamesInAnyCase(String paths, String expected) throws IOException {
        make(paths);
        assertEquals(expected, found(open()));
    }

    @Test
    void aPartOfAnotherNameIsNoted() throws IOException {
        make("Train/a, Train/b, dev/a");
        assertEquals(
                List.of("the training part is read from Train", "the validation part is read from dev"),
                open().report().notes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train/a, train/b, test/a, pred                 | a b: 4 0 2 | pred",
                "train/a, train/b, test                         | a b: 4 0 0 | test",
                "train/a, train/b, val/, test/a                 | a b: 4 0 2 | val",
                "train/a, train/b, test/a, docs/x.txt, extra/y  | a b: 4 0 2 | docs extra",
                "train/a, train/b, docs/x.txt                   | a b: 4 0 0 | docs",
                "a, b, unlabeled                                | a b: 4 0 0 | unlabeled",
                "train/a, train/b, test_unlabelled              | a b: 4 0 0 | test_unlabelled"
            })
    void everyFolderThatIsLeftOutIsListed(String paths, String expected, String leftOut) throws IOException {
        make(paths);
        DatasetSplits splits = open();
        assertEquals(expected, found(splits));
        assertEquals(leftOut, leftOut(splits));
        for (String folder : Pattern.compile(" ").splitAsStream(leftOut).toList()) {
            assertTrue(splits.report().text().contains(folder), splits.report().text());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train/steam, train/diesel, bus, car | bus car train: 8 0 0 | the folder train is taken as a class",
                "test, cat, dog                      | cat dog test: 6 0 0  | the folder test is taken as a class",
                "val, bus                            | bus val: 4 0 0       | the folder val is taken as a class",
                "valid, invalid                      | invalid valid: 4 0 0 | the folder valid is taken as a class",
                "cat, dog, pred                      | cat dog pred: 6 0 0  | the folder pred is taken as a class"
            })
    void aClassThatIsCalledLikeAPartIsAClassAndThisIsNoted(String paths, String expected, String note)
            throws IOException {
        make(paths);
        DatasetSplits splits = open();
        assertEquals(expected, found(splits));
        assertTrue(
                splits.report().notes().get(0).startsWith(note), splits.report().notes() + "");
    }

    @Test
    void wordsAroundAPartDoNotMakeOne() throws IOException {
        make("freight train, passenger train, crash test");
        DatasetSplits splits = open();
        assertEquals("crash test freight train passenger train: 6 0 0", found(splits));
        assertEquals(List.of(), splits.report().notes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train, val, test                        | are called like parts of a dataset, but hold images",
                "Train                                   | is called like a part of a dataset, but holds images",
                "train, test, cat, dog                   | train are called like parts",
                "train/train, test/test                  | are called like parts of a dataset, but hold images",
                "train/a, train/b, Train/a, Train/b      | expected one folder for training, found Train and train",
                "train/a, train/b, val/a, dev/b          | expected one folder for validation, found dev and val",
                "train/cat, train/dog, cat, dog          | the class folders cat, dog are both here and in train",
                "train/a, train/b, test/a, A             | the class folder A is both here",
                "train/a, train/b, query/a, query/b      | does not name a part",
                "train/a, train/b, unsorted              | beside it is the folder unsorted with images",
                "test/a, test/b, val/a                   | found no folder for training, only test, val",
                "train, val/a, val/b                     | train holds images but no class folders",
                "cat/train, cat/test, dog/train, dog/test | expected them the other way round",
                "train/a, train/b, test/A                | differ only in upper and lower case"
            })
    void whatLooksLikePartsAndIsNotIsRefused(String paths, String expected) throws IOException {
        make(paths);
        assertTrue(refusal().contains(expected), refusal());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "photos/cat, photos/dog                     | class folders (cat, dog) | photos",
                "photos/photos/cat, photos/photos/dog       | class folders (cat, dog) | photos/photos",
                "data/train/a, data/train/b, data/test/a    | parts (test, train)      | data",
                "images/train/a, images/train/b, x.txt      | parts (train)            | images",
                "set/cat, set/dog, __MACOSX/set, docs/a.txt | class folders (cat, dog) | set"
            })
    void dataThatLiesDeeperIsNamed(String paths, String what, String deeper) throws IOException {
        make(paths);
        assertTrue(refusal().contains(what), refusal());
        assertTrue(refusal().endsWith("Give " + root.resolve(deeper) + " instead"), refusal());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "images/train, images/val, labels/train/0.txt, labels/val/0.txt, data.yaml",
                "train/images, train/labels/0.txt, valid/images, valid/labels/0.txt",
                "train2017, val2017, annotations/instances_train2017.json",
                "JPEGImages, Annotations/0.xml, ImageSets/Main/train.txt",
                "images, masks",
                "Images/cat, Images/dog, Annotation/cat/0.xml"
            })
    void dataForDetectionIsRefused(String paths) throws IOException {
        make(paths);
        assertTrue(refusal().contains("looks like a dataset for object detection or segmentation"), refusal());
    }

    @Test
    void classesBesideAnnotationsAreNamed() throws IOException {
        make("Images/cat, Images/dog, Annotation/cat/0.xml");
        assertTrue(refusal().endsWith("then give " + root.resolve("Images")), refusal());
    }

    @Test
    void whatStoragesAndSystemsKeepIsLeftOutAtEveryLevel() throws IOException {
        List<String> kept = List.of(
                "@eaDir",
                "#recycle",
                "#snapshot",
                "$RECYCLE.BIN",
                "System Volume Information",
                "lost+found",
                ".Trash-1000",
                "__MACOSX",
                ".ipynb_checkpoints",
                "__pycache__",
                "node_modules",
                ".git",
                "@Recycle");
        make("cat, dog");
        for (String name : kept) {
            make(name + "/x, cat/" + name);
        }
        DatasetSplits splits = open();
        assertEquals("cat dog: 4 0 0", found(splits));
        assertEquals(2 * kept.size(), splits.report().leftOut().size());
        for (String name : kept) {
            assertTrue(splits.report().text().contains(name), splits.report().text());
        }
    }

    @Test
    void foldersThatAllHoldTheSameFoldersAreNoted() throws IOException {
        make("fold1/cat, fold1/dog, fold2/cat, fold2/dog");
        assertTrue(open().report().notes().get(0).contains("each of the classes fold1, fold2 holds the same folders"));
    }

    @Test
    void toMeasureAClassifierOneClassOrATestPartIsEnough() throws IOException {
        make("test/a, test/b");
        assertEquals("a b: 0 0 4", found(measured("a", "b", "c")));
        Files.move(root.resolve("test/a"), root.resolve("a"));
        Files.delete(root.resolve("test/b/0.png"));
        Files.delete(root.resolve("test/b/1.png"));
        assertEquals("a: 2 0 0", found(measured("a", "b")));
    }

    @Test
    void aFolderThatIsCalledAsALabelIsAClass() throws IOException {
        make("train/2023, train/2024");
        assertEquals("train: 4 0 0", found(measured("bus", "train")));
    }

    @Test
    void namesThatDifferInWhiteSpaceOrInTheFormOfAccentsAreOneClass() throws IOException {
        make("cafe\u0301, caf\u00e9,  tea");
        Files.move(root.resolve("tea"), root.resolve("tea \u00a0"));
        DatasetSplits splits = open();
        assertEquals("caf\u00e9 tea: 6 0 0", found(splits));
        assertTrue(splits.report().notes().get(0).startsWith("2 folders are read as the one class 'caf\u00e9'"));
        assertEquals("cafe\u0301/0.png", splits.train().id(0), "files keep their names");
        assertEquals(4, splits.train().image(5).width());
    }

    @Test
    void aPartFromAMacKnowsTheClassesOfOneFromLinux() throws IOException {
        make("train/caf\u00e9, train/th\u00e9, test/cafe\u0301, test/the\u0301");
        assertEquals("caf\u00e9 th\u00e9: 4 0 4", found(open()));
    }
}
