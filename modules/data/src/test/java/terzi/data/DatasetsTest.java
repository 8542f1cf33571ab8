package terzi.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Image;
import terzi.images.ImageException;
import terzi.images.Preprocessing;
import terzi.images.Resize;

class DatasetsTest {
    private static final DatasetOptions OPTIONS = DatasetOptions.defaults();

    @TempDir
    private Path root;

    private static byte[] png(int colour) throws IOException {
        byte[] pixels = new byte[6 * 4 * 3];
        Arrays.fill(pixels, (byte) colour);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new Image(6, 4, 3, pixels).toBufferedImage(), "png", out);
        return out.toByteArray();
    }

    private void images(String folder, int count) throws IOException {
        Path directory = Files.createDirectories(root.resolve(folder));
        for (int i = 0; i < count; i++) {
            Files.write(directory.resolve("bild " + i + " é.png"), png(folder.hashCode() + 3 * i));
        }
    }

    @Test
    void aDatasetMayLieInAJar() throws IOException {
        images("disk/cats", 8);
        images("disk/dogs", 8);
        try (FileSystem jar = FileSystems.newFileSystem(
                URI.create("jar:" + root.resolve("a.jar").toUri()), Map.of("create", "true"))) {
            Path data = jar.getPath("/pets");
            try (Stream<Path> files = Files.walk(root.resolve("disk"))) {
                for (Path file : files.toList()) {
                    Files.copy(
                            file,
                            data.resolve(root.resolve("disk").relativize(file).toString()));
                }
            }
            DatasetSplits inJar = Datasets.open("pets", OPTIONS.withFolder(data));
            DatasetSplits onDisk = Datasets.open(root.resolve("disk").toString(), OPTIONS);
            assertEquals(List.of("cats", "dogs"), inJar.train().labels());
            assertEquals(ids(onDisk.train()), ids(inJar.train()));
            assertEquals(onDisk.digest(), inJar.digest());
            assertEquals(6, inJar.train().image(0).width());
            StringBuilder list = new StringBuilder("path,label\n");
            for (String label : List.of("cats", "dogs")) {
                for (int i = 0; i < 8; i++) {
                    list.append(label)
                            .append("/bild ")
                            .append(i)
                            .append(" é.png,")
                            .append(label)
                            .append('\n');
                }
            }
            Path csv = Files.writeString(data.resolve("list.csv"), list);
            DatasetSplits listed = Datasets.open("pets", OPTIONS.withFolder(csv));
            assertEquals(ids(onDisk.train()).size(), listed.train().size());
        }
    }

    private String failure() {
        return failure(root.toString(), OPTIONS);
    }

    private static String failure(String path, DatasetOptions options) {
        return assertThrows(DatasetException.class, () -> Datasets.open(path, options))
                .getMessage();
    }

    private static List<String> ids(Dataset dataset) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < dataset.size(); i++) {
            ids.add(dataset.id(i));
        }
        return ids;
    }

    @Test
    void flatClassFoldersAreDividedByClass() throws IOException {
        images("Äpfel und Birnen", 20);
        images("bananas", 10);
        DatasetSplits splits = Datasets.open(root.toString(), OPTIONS.withHeldOut(0.25, 0.2));
        assertEquals(List.of("bananas", "Äpfel und Birnen"), splits.labels());
        assertEquals(
                List.of(6, 12),
                Arrays.stream(splits.train().classCounts()).boxed().toList());
        assertEquals(
                List.of(2, 4),
                Arrays.stream(splits.validation().orElseThrow().classCounts())
                        .boxed()
                        .toList());
        assertEquals(
                List.of(2, 4),
                Arrays.stream(splits.test().orElseThrow().classCounts()).boxed().toList());
        TreeSet<String> all = new TreeSet<>(ids(splits.train()));
        all.addAll(ids(splits.validation().orElseThrow()));
        all.addAll(ids(splits.test().orElseThrow()));
        assertEquals(30, all.size(), "no image in two parts");
        assertEquals(Image.class, splits.train().image(0).getClass());
        DatasetSplits again = Datasets.open(root.toString(), OPTIONS.withHeldOut(0.25, 0.2));
        assertEquals(ids(splits.train()), ids(again.train()));
        assertEquals(splits.digest(), again.digest());
        assertNotEquals(
                ids(splits.train()),
                ids(Datasets.open(
                                root.toString(), OPTIONS.withHeldOut(0.25, 0.2).withSeed(1))
                        .train()));
    }

    @Test
    void givenPartsAreKept() throws IOException {
        images("train/cat", 5);
        images("train/dog", 4);
        images("valid/cat", 2);
        images("test/dog", 3);
        DatasetSplits splits = Datasets.open(root.toString(), OPTIONS);
        assertEquals(9, splits.train().size());
        assertEquals(2, splits.validation().orElseThrow().size());
        assertEquals(3, splits.test().orElseThrow().size());
        assertEquals(1, splits.test().orElseThrow().label(0));
        assertEquals("train/cat/bild 0 é.png", splits.train().id(0));
        Path first = splits.train().file(0).orElseThrow();
        assertTrue(first.endsWith("train/cat/bild 0 é.png") && Files.isRegularFile(first), first.toString());
        assertEquals(first, splits.train().subset(new int[] {1, 0}).file(1).orElseThrow());
    }

    @Test
    void theDigestFollowsTheContent() throws IOException {
        images("cat", 3);
        images("dog", 3);
        String before = Datasets.open(root.toString(), OPTIONS).digest();
        Files.write(root.resolve("dog/bild 1 é.png"), png(99));
        assertNotEquals(before, Datasets.open(root.toString(), OPTIONS).digest());
    }

    @Test
    void whatCannotBeReadIsCountedAndLeftOut() throws IOException {
        images("cat", 4);
        images("dog", 4);
        Files.createFile(root.resolve("cat/empty.jpg"));
        Files.writeString(root.resolve("cat/readme.txt"), "not an image");
        byte[] whole = png(5);
        Files.write(root.resolve("dog/cut.png"), Arrays.copyOf(whole, whole.length - 20));
        Files.writeString(root.resolve("dog/.DS_Store"), "hidden");
        Files.createDirectories(root.resolve(".git"));
        DatasetSplits splits = Datasets.open(root.toString(), OPTIONS.withHeldOut(0, 0));
        assertEquals(8, splits.train().size());
        assertEquals(
                Map.of(
                        ImageException.Kind.EMPTY, 1,
                        ImageException.Kind.UNKNOWN_FORMAT, 1,
                        ImageException.Kind.TRUNCATED, 1),
                splits.report().counts());
        assertTrue(splits.report().text().startsWith("3 images left out: 1 EMPTY, 1 UNKNOWN_FORMAT, 1 TRUNCATED"));
        assertTrue(
                splits.report().text().contains("folders left out: .git (hidden)"),
                splits.report().text());
        assertEquals(List.of("cat", "dog"), splits.labels(), "a hidden folder is not a class");
    }

    @Test
    void anImageThatFailsOnlyWhenDecodedIsLeftOutWhenPacking() throws IOException {
        images("cat", 3);
        images("dog", 3);
        DatasetSplits splits = Datasets.open(root.toString(), OPTIONS.withHeldOut(0, 0));
        Files.write(root.resolve("cat/bild 1 é.png"), new byte[0]);
        PackedImages packed = PackedImages.of(splits.train(), Preprocessing.plain(2, 3, Preprocessing.Channels.RGB));
        assertEquals(5, packed.size());
        assertEquals(5 * 2 * 3 * 3, packed.pixels().remaining());
        assertEquals("cat/bild 2 é.png", packed.id(1));
        assertEquals(0, packed.label(1));
        assertEquals(1, packed.label(2));
        assertEquals("cat/bild 1 é.png", packed.report().skipped().get(0).id());
        assertEquals(Resize.resize(splits.train().image(2), 2, 3), packed.image(1));
    }

    @Test
    void oneClassIsNotEnough() throws IOException {
        images("cat", 3);
        assertTrue(failure().contains("expected at least two classes, found only [cat]"), failure());
    }

    @Test
    void aClassWithoutAReadableImageIsNamed() throws IOException {
        images("cat", 3);
        Files.createDirectories(root.resolve("dog"));
        Files.writeString(root.resolve("dog/notes.txt"), "none yet");
        assertTrue(failure().contains("found none in 'dog' (1 image left out: 1 UNKNOWN_FORMAT"), failure());
    }

    @Test
    void anEmptyClassFolderIsLeftOutAndReported() throws IOException {
        images("cat", 3);
        images("dog", 3);
        Files.createDirectories(root.resolve("bird/.cache"));
        DatasetSplits splits = Datasets.open(root.toString(), OPTIONS);
        assertEquals(List.of("cat", "dog"), splits.labels());
        assertEquals(List.of("bird"), splits.report().emptyClasses());
        assertEquals(
                "class folders without a file left out: bird; folders left out: bird/.cache (hidden)",
                splits.report().text());
    }

    @Test
    void imagesOutsideOfClassFoldersAreCounted() throws IOException {
        images("", 3);
        Files.writeString(root.resolve("README.md"), "about");
        assertTrue(failure().contains("found 3 images outside of class folders and no sub-folder"), failure());
        assertTrue(failure().contains("move the images of each class into a sub-folder"), failure());
        images("cat", 3);
        images("dog", 3);
        DatasetSplits splits = Datasets.open(root.toString(), OPTIONS.withHeldOut(0, 0));
        assertEquals(6, splits.train().size());
        assertEquals(Map.of(ImageException.Kind.NO_CLASS, 3), splits.report().counts());
        assertEquals("bild 0 é.png", splits.report().skipped().get(0).id());
    }

    @Test
    void nestedFoldersBelongToTheClassAtTheFirstLevel() throws IOException {
        images("cat", 1);
        images("cat/2023/März", 2);
        images("dog/train/deep/er", 2);
        images("dog/.thumbnails", 5);
        DatasetSplits splits = Datasets.open(root.toString(), OPTIONS.withHeldOut(0, 0));
        assertEquals(List.of("cat", "dog"), splits.labels());
        assertEquals(
                List.of(3, 2),
                Arrays.stream(splits.train().classCounts()).boxed().toList());
        assertTrue(
                ids(splits.train()).contains("cat/2023/März/bild 1 é.png"),
                ids(splits.train()).toString());
    }

    @Test
    void whatSystemsLeaveBehindIsPassedOver() throws IOException {
        images("cat", 2);
        images("dog", 2);
        for (String name : List.of(".DS_Store", "Thumbs.db", "thumbs.DB", "desktop.ini", "._bild 0.png", "Icon\r")) {
            Files.writeString(root.resolve("cat").resolve(name), "system");
        }
        images("__MACOSX/cat", 2);
        DatasetSplits splits = Datasets.open(root.toString(), OPTIONS.withHeldOut(0, 0));
        assertEquals(4, splits.train().size());
        assertEquals(
                "folders left out: __MACOSX (kept by macOS)", splits.report().text());
        assertEquals(List.of("cat", "dog"), splits.labels());
    }

    @Test
    void namesDoNotTellTheFormatAndEveryFormatIsRead() throws IOException {
        images("dog", 2);
        Path cat = Files.createDirectories(root.resolve("Katze & \"Kätzchen\" 猫"));
        Path sources = Path.of("../images/src/test/resources/terzi/images/images");
        List<String> names =
                List.of("cmyk.jpg", "gray16.png", "rgb16.png", "lossy.webp", "orientation6.jpg", "gray.png");
        for (String name : names) {
            Files.copy(sources.resolve(name), cat.resolve(name.replace('.', '_') + ".txt"));
        }
        Files.copy(sources.resolve("lossless.webp"), cat.resolve("no extension"));
        DatasetSplits splits = Datasets.open(root.toString(), OPTIONS.withHeldOut(0, 0));
        assertEquals("", splits.report().text());
        assertEquals(9, splits.train().size());
        for (int i = 0; i < 9; i++) {
            assertTrue(splits.train().image(i).width() > 0);
        }
    }

    @Test
    void giantImagesAreLeftOutByTheirHeader() throws IOException {
        images("cat", 2);
        images("dog", 2);
        byte[] giant = png(1);
        // width and height of a PNG stand at bytes 16 to 23
        Arrays.fill(giant, 16, 24, (byte) 0);
        giant[17] = 1;
        giant[21] = 1;
        Files.write(root.resolve("cat/giant.png"), giant);
        DatasetSplits splits = Datasets.open(root.toString(), OPTIONS.withHeldOut(0, 0));
        assertEquals(4, splits.train().size());
        assertEquals(1, splits.report().skipped().size());
    }

    @Test
    void twoImagesOfAClassAndTwoHundredClassesAreEnough() throws IOException {
        for (int c = 0; c < 200; c++) {
            images("class " + c, 2);
        }
        DatasetSplits splits = Datasets.open(root.toString(), OPTIONS.withHeldOut(0.2, 0));
        assertEquals(200, splits.labels().size());
        assertEquals(200, splits.train().size());
        assertEquals(200, splits.validation().orElseThrow().size());
    }

    @Test
    void filesThatChangeOrVanishAfterOpeningAreNoticed() throws IOException {
        images("cat", 4);
        images("dog", 2);
        Dataset train =
                Datasets.open(root.toString(), OPTIONS.withHeldOut(0, 0)).train();
        Files.write(root.resolve("cat/bild 0 é.png"), png(99));
        Files.delete(root.resolve("cat/bild 1 é.png"));
        // the same content at another time is the same image
        Files.setLastModifiedTime(
                root.resolve("cat/bild 2 é.png"), java.nio.file.attribute.FileTime.fromMillis(1_000_000));
        PackedImages packed = PackedImages.of(train, Preprocessing.plain(2, 3, Preprocessing.Channels.RGB));
        assertEquals(4, packed.size());
        assertEquals(
                Map.of(ImageException.Kind.CHANGED, 1, ImageException.Kind.MISSING, 1),
                packed.report().counts());
        assertTrue(packed.report().skipped().get(0).message().contains("has changed since the dataset was opened"));
    }

    @Test
    void linksThatLeadNowhereOrRoundInCirclesAreReported() throws IOException {
        images("set/cat", 2);
        images("set/dog", 2);
        Path set = root.resolve("set");
        Files.createSymbolicLink(set.resolve("around"), root);
        Files.createSymbolicLink(set.resolve("itself"), set.resolve("itself"));
        Files.createSymbolicLink(set.resolve("cat/gone.png"), set.resolve("nothing.png"));
        Files.createSymbolicLink(set.resolve("cat/up"), set);
        DatasetSplits splits = Datasets.open(set.toString(), OPTIONS.withHeldOut(0, 0));
        assertEquals(List.of("cat", "dog"), splits.labels());
        assertEquals(4, splits.train().size());
        assertEquals(Map.of(ImageException.Kind.MISSING, 4), splits.report().counts());
    }

    @Test
    void aClassThatTrainLacksIsNamed() throws IOException {
        images("train/cat", 3);
        images("train/dog", 3);
        images("test/bird", 1);
        assertTrue(failure().contains("found also [bird]"), failure());
    }

    @Test
    void aClassCalledTrainIsAClass() throws IOException {
        images("train", 3);
        images("car", 3);
        assertEquals(
                List.of("car", "train"), Datasets.open(root.toString(), OPTIONS).labels());
    }

    @Test
    void missingAndEmptyFoldersSayWhatWasExpected() throws IOException {
        String missing = failure(root.resolve("nowhere").toString(), OPTIONS);
        assertTrue(missing.contains("nowhere: expected a dataset's name (fashion-mnist, mnist)"), missing);
        assertTrue(missing.contains("found nothing there"), missing);
        assertTrue(failure().contains("expected <folder>/<class>/<images>"), failure());
        images("test/cat", 1);
        assertTrue(failure().contains("found no folder for training, only test"), failure());
        Path other = Files.writeString(root.resolve("data.xlsx"), "x");
        assertTrue(failure(other.toString(), OPTIONS).contains("another kind of file"));
    }

    @Test
    void linksAreFollowedWithoutCircles() throws IOException {
        images("cat", 3);
        images("elsewhere/deep/dog", 3);
        Path set = Files.createDirectories(root.resolve("set"));
        Files.createSymbolicLink(set.resolve("cat"), root.resolve("cat"));
        Files.createSymbolicLink(set.resolve("dog"), root.resolve("elsewhere/deep/dog"));
        Files.createSymbolicLink(root.resolve("cat/circle"), root.resolve("cat"));
        DatasetSplits splits = Datasets.open(set.toString(), OPTIONS.withHeldOut(0, 0));
        assertEquals(6, splits.train().size());
        assertEquals("cat/bild 0 é.png", splits.train().id(0));
    }

    @Test
    void aCsvListsImagesRelativeToItself() throws IOException {
        images("a", 3);
        images("b", 3);
        Path csv = root.resolve("list.csv");
        Files.writeString(
                csv,
                """
                \ufeffPath,Label,Split
                a/bild 0 é.png,10,train
                "a/bild 1 é.png",9,train
                b/bild 0 é.png,10,val
                b/bild 1 é.png,9,test
                b/nowhere.png,9,train
                """);
        DatasetSplits splits = Datasets.open(csv.toString(), OPTIONS);
        assertEquals(List.of("9", "10"), splits.labels(), "numbers are sorted as numbers");
        assertEquals(2, splits.train().size());
        assertEquals(1, splits.train().label(0));
        assertEquals(1, splits.validation().orElseThrow().size());
        assertEquals(1, splits.test().orElseThrow().size());
        assertEquals(Map.of(ImageException.Kind.MISSING, 1), splits.report().counts());
    }

    @Test
    void aCsvWithoutSplitsIsDivided() throws IOException {
        images("a", 10);
        StringBuilder text = new StringBuilder("label,path\n");
        for (int i = 0; i < 10; i++) {
            text.append(i % 2 == 0 ? "even" : "odd")
                    .append(",a/bild ")
                    .append(i)
                    .append(" é.png\r\n");
        }
        Path csv = Files.writeString(root.resolve("list.CSV"), text);
        DatasetSplits splits = Datasets.open(csv.toString(), OPTIONS.withHeldOut(0.2, 0));
        assertEquals(8, splits.train().size());
        assertFalse(splits.test().isPresent());
    }

    @Test
    void aCsvKnowsSplitsAndLabelsInTheUsualSpellings() throws IOException {
        images("a ", 6);
        Path csv = Files.writeString(
                root.resolve("list.csv"),
                """
                path,label,split
                "a /bild 0 é.png",cafe\u0301 ,TRAIN
                a /bild 1 é.png,caf\u00e9,Training
                a /bild 2 é.png,tea,train
                a /bild 3 é.png,tea,Dev
                a /bild 4 é.png,caf\u00e9,Testing
                a /bild 5 é.png,,unlabeled
                """);
        DatasetSplits splits = Datasets.open(csv.toString(), OPTIONS);
        assertEquals(List.of("caf\u00e9", "tea"), splits.labels());
        assertEquals(
                List.of(2, 1),
                Arrays.stream(splits.train().classCounts()).boxed().toList());
        assertEquals(1, splits.validation().orElseThrow().size());
        assertEquals(1, splits.test().orElseThrow().size());
        assertEquals(
                List.of("1 row is left out: the split says that the images have no label"),
                splits.report().notes());
    }

    @Test
    void aFileOfACsvMayBeginOrEndWithABlank() throws IOException {
        images("a", 2);
        Files.move(root.resolve("a/bild 0 é.png"), root.resolve(" b.png"));
        Path csv = Files.writeString(root.resolve("list.csv"), "path,label\n\" b.png\",x\n a/bild 1 é.png ,y\n");
        assertEquals(2, Datasets.open(csv.toString(), OPTIONS).train().size());
    }

    @Test
    void toMeasureAClassifierACsvOfTestImagesIsEnough() throws IOException {
        images("a", 2);
        Path csv = Files.writeString(root.resolve("list.csv"), "path,label,split\na/bild 0 é.png,x,test\n");
        assertTrue(failure(csv.toString(), OPTIONS).contains("at least one image with split train"));
        DatasetSplits splits = Datasets.open(csv.toString(), OPTIONS.withLabels(List.of("x", "y")));
        assertEquals(1, splits.test().orElseThrow().size());
    }

    @Test
    void aBadCsvNamesTheLine() throws IOException {
        Path csv = root.resolve("list.csv");
        Files.writeString(csv, "file,class\na,b\n");
        assertTrue(
                failure(csv.toString(), OPTIONS).contains("list.csv line 1: expected a header with the columns path"));
        Files.writeString(csv, "path,label,split\na,b,train\na,b,exam\n");
        assertTrue(failure(csv.toString(), OPTIONS)
                .contains("line 3: expected train, val or test as the split, found 'exam'"));
        Files.writeString(csv, "path,label\n\na.png,\n");
        assertTrue(failure(csv.toString(), OPTIONS).contains("line 3: expected a path and a label"));
        Files.writeString(csv, "path,label\n");
        assertTrue(failure(csv.toString(), OPTIONS).contains("no image"));
        Files.write(csv, "path,label\nbär,a\n".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(failure(csv.toString(), OPTIONS).contains("UTF-8"), failure(csv.toString(), OPTIONS));
        Files.writeString(csv, "path,label\n\"a,b\n");
        assertTrue(
                failure(csv.toString(), OPTIONS).contains("not a well-formed CSV"), failure(csv.toString(), OPTIONS));
    }

    @Test
    void impossibleSharesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> OPTIONS.withHeldOut(0.5, 0.5));
        assertThrows(IllegalArgumentException.class, () -> OPTIONS.withHeldOut(-0.1, 0));
        assertThrows(IllegalArgumentException.class, () -> OPTIONS.withHeldOut(Double.NaN, 0));
    }
}
