package terzi.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.images.Filter;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.images.Preprocessing.Channels;
import terzi.images.Preprocessing.CropOrigin;
import terzi.images.Preprocessing.Fit;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;

/** The graph inside the file must prepare images as Java does in training. */
class PreprocessingParityTest {

    private static final ClassifierOptions CPU =
            ClassifierOptions.defaults().withDevice(Device.cpu()).withThreads(2);

    @TempDir
    Path folder;

    static Stream<Preprocessing> preprocessings() {
        List<Preprocessing> all = new ArrayList<>();
        for (Channels channels : Channels.values()) {
            List<Float> zeros = Collections.nCopies(channels.count(), 0f);
            List<Float> ones = Collections.nCopies(channels.count(), 1f);
            all.add(new Preprocessing(28, 28, channels, Fit.STRETCH, 0, zeros, ones, 1f));
            all.add(new Preprocessing(31, 17, channels, Fit.STRETCH, 0, zeros, ones, 1f));
            all.add(new Preprocessing(24, 24, channels, Fit.CROP, 29, zeros, ones, 1f));
            Preprocessing crop = new Preprocessing(20, 28, channels, Fit.CROP, 28, zeros, ones, 1f);
            all.add(crop);
            all.add(crop.withCropOrigin(CropOrigin.HALF_TO_EVEN));
            Preprocessing stretched = new Preprocessing(24, 20, channels, Fit.STRETCH_CROP, 27, zeros, ones, 1f);
            all.add(stretched);
            all.add(stretched.withFilter(Filter.CUBIC).withCropOrigin(CropOrigin.HALF_TO_EVEN));
            all.add(crop.withFilter(Filter.CUBIC));
            all.add(crop.withFilter(Filter.NEAREST));
            all.add(stretched.withFilter(Filter.NEAREST));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("preprocessings")
    void pixelsEqualThoseOfJavaUpToRounding(Preprocessing preprocessing) throws Exception {
        int[][] sizes = {
            {1, 1}, {28, 28}, {24, 24}, {3, 2}, {29, 31}, {57, 101}, {333, 77}, {640, 481}, {1, 50}, {1201, 899}
        };
        long values = 0;
        long different = 0;
        long moreThanOne = 0;
        try (ImageClassifier file = identity(preprocessing)) {
            for (int[] size : sizes) {
                for (Image image : List.of(
                        Fixtures.noise(
                                size[0], size[1], preprocessing.channels().count(), 7),
                        Fixtures.waves(
                                size[0], size[1], preprocessing.channels().count()))) {
                    float[] expected = preprocessing.tensor(image);
                    float[] found = file.run(List.of(image)).logits()[0];
                    assertEquals(expected.length, found.length);
                    for (int i = 0; i < expected.length; i++) {
                        float difference = Math.abs(expected[i] - found[i]);
                        assertTrue(
                                difference <= 2,
                                preprocessing + " on " + image + ": value " + i + " is " + found[i] + ", in Java "
                                        + expected[i]);
                        different += difference == 0 ? 0 : 1;
                        moreThanOne += difference <= 1 ? 0 : 1;
                        values++;
                    }
                }
            }
        }
        // a weight of exactly one half may be rounded either way, in both directions of the filter: 2 at worst
        assertTrue(different < values * 0.02, different + " of " + values + " values differ");
        assertTrue(moreThanOne < values * 0.001, moreThanOne + " of " + values + " values differ by 2");
    }

    @ParameterizedTest
    @EnumSource(names = {"BOX", "HAMMING", "LANCZOS"})
    void aFilterThatOnnxDoesNotHaveIsRefused(Filter filter) {
        Preprocessing preprocessing = Preprocessing.plain(8, 8, Channels.RGB).withFilter(filter);
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> identity(preprocessing));
        assertTrue(refused.getMessage().contains("ONNX has no resampling filter " + filter), refused.getMessage());
    }

    @Test
    void aFileMayBeWrittenIntoAJar() throws Exception {
        Preprocessing preprocessing = Preprocessing.plain(8, 8, Channels.GRAY);
        Image image = Fixtures.noise(8, 8, 1, 0);
        List<Golden> goldens = List.of(new Golden(image, preprocessing.tensor(image)));
        ClassifierSpec spec = new ClassifierSpec(preprocessing, Fixtures.labels(64));
        try (FileSystem jar = FileSystems.newFileSystem(
                URI.create("jar:" + folder.resolve("a.jar").toUri()), Map.of("create", "true"))) {
            Path file = jar.getPath("/identity.onnx");
            ClassifierFile.write(Fixtures.identity(preprocessing), spec, goldens, file);
            ClassifierFile.updateMetadata(file, Map.of("note", "kept"));
            assertEquals(0, ClassifierFile.verify(file).maxDifference());
            assertEquals("kept", ClassifierFile.readSpec(file).metadata().get("note"));
            assertEquals(1, ClassifierFile.readGoldens(file).size());
            try (Stream<Path> files = Files.list(jar.getPath("/"))) {
                assertEquals(List.of(file), files.toList());
            }
        }
    }

    @Test
    void theFileKeepsHowImagesArePrepared() throws Exception {
        Preprocessing preprocessing = Preprocessing.plain(24, 20, Channels.GRAY)
                .withGeometry(new Preprocessing.Size(24, 20), Fit.STRETCH_CROP, 27)
                .withFilter(Filter.CUBIC)
                .withCropOrigin(CropOrigin.HALF_TO_EVEN);
        try (ImageClassifier file = identity(preprocessing)) {
            assertEquals(preprocessing, file.info().preprocessing().orElseThrow());
        }
        assertEquals(
                preprocessing,
                ClassifierFile.readSpec(folder.resolve("identity.onnx")).preprocessing());
    }

    @Test
    void anImageOfTheRightSizeIsLeftAsItIs() throws Exception {
        Preprocessing preprocessing =
                new Preprocessing(28, 28, Channels.GRAY, Fit.STRETCH, 0, List.of(0f), List.of(1f), 1f);
        Image image = Fixtures.noise(28, 28, 1, 3);
        try (ImageClassifier file = identity(preprocessing)) {
            float[] found = file.run(List.of(image)).logits()[0];
            for (int i = 0; i < found.length; i++) {
                assertEquals(image.pixels()[i] & 0xff, found[i]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("normalisations")
    void normalisationEqualsThatOfJava(Preprocessing preprocessing) throws Exception {
        Image image = Fixtures.noise(16, 12, preprocessing.channels().count(), 5);
        float[] expected = preprocessing.tensor(image);
        try (ImageClassifier file = identity(preprocessing)) {
            float[] found = file.run(List.of(image)).logits()[0];
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], found[i], 1e-5 * Math.max(1, Math.abs(expected[i])));
            }
        }
    }

    static Stream<Preprocessing> normalisations() {
        return Stream.of(
                new Preprocessing(
                        16,
                        12,
                        Channels.RGB,
                        Fit.STRETCH,
                        0,
                        List.of(.485f, .456f, .406f),
                        List.of(.229f, .224f, .225f),
                        1 / 255f),
                new Preprocessing(
                        16,
                        12,
                        Channels.BGR,
                        Fit.STRETCH,
                        0,
                        List.of(103.939f, 116.779f, 123.68f),
                        List.of(1f, 1f, 1f),
                        1f),
                new Preprocessing(16, 12, Channels.GRAY, Fit.STRETCH, 0, List.of(.2860f), List.of(.3530f), 1 / 255f),
                Preprocessing.plain(16, 12, Channels.GRAY));
    }

    @Test
    void aBatchEqualsItsImagesOneByOne() throws Exception {
        Preprocessing preprocessing = Preprocessing.imagenet(40, 32);
        try (ImageClassifier file = identity(preprocessing)) {
            List<Image> images =
                    List.of(Fixtures.noise(70, 50, 3, 1), Fixtures.waves(70, 50, 3), Fixtures.noise(70, 50, 3, 2));
            float[][] together = file.run(images).logits();
            for (int i = 0; i < images.size(); i++) {
                assertTrue(Arrays.equals(file.run(List.of(images.get(i))).logits()[0], together[i]));
            }
        }
    }

    private ImageClassifier identity(Preprocessing preprocessing) throws Exception {
        int values = preprocessing.channels().count() * preprocessing.width() * preprocessing.height();
        Image image = Fixtures.noise(
                preprocessing.width(),
                preprocessing.height(),
                preprocessing.channels().count(),
                0);
        List<Golden> goldens = preprocessing.fit() == Fit.STRETCH
                ? List.of(new Golden(image, preprocessing.tensor(image)))
                : List.of(new Golden(crop(preprocessing), preprocessing.tensor(crop(preprocessing))));
        Path file = folder.resolve("identity.onnx");
        ClassifierFile.write(
                Fixtures.identity(preprocessing),
                new ClassifierSpec(preprocessing, Fixtures.labels(values)),
                goldens,
                file);
        return ImageClassifier.load(file, CPU);
    }

    /** An image that is only cropped, as resizing might differ by a step. */
    private static Image crop(Preprocessing preprocessing) {
        int edge = preprocessing.resizeTo();
        return Fixtures.noise(edge, edge, preprocessing.channels().count(), 0);
    }
}
