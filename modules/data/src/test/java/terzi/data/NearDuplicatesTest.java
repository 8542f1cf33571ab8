package terzi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import terzi.images.Image;
import terzi.images.ImageDecoder;
import terzi.images.ImageException;
import terzi.images.Resize;

class NearDuplicatesTest {
    /** Images in memory; a null cannot be read. */
    private record Images(List<String> labels, List<Image> images, List<Integer> classes) implements Dataset {
        Images() {
            this(List.of("box", "disc"), new ArrayList<>(), new ArrayList<>());
        }

        Images with(Image image, int label) {
            images.add(image);
            classes.add(label);
            return this;
        }

        @Override
        public int size() {
            return images.size();
        }

        @Override
        public int label(int i) {
            return classes.get(i);
        }

        @Override
        public Image image(int i) throws IOException {
            Image image = images.get(i);
            if (image == null) {
                throw new ImageException(ImageException.Kind.EMPTY, id(i) + ": an empty file");
            }
            return image;
        }

        @Override
        public String id(int i) {
            return labels.get(label(i)) + "/" + i;
        }
    }

    /** A product on white: a few shapes, other ones for every seed. */
    private static Image product(int seed) {
        Random random = new Random(seed * 7919L);
        BufferedImage image = new BufferedImage(200, 260, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, 200, 260);
        for (int i = 0; i < 6; i++) {
            graphics.setColor(new Color(random.nextInt(0x1000000)));
            int x = 40 + random.nextInt(70);
            int y = 30 + random.nextInt(120);
            if (random.nextBoolean()) {
                graphics.fillOval(x, y, 20 + random.nextInt(60), 20 + random.nextInt(90));
            } else {
                graphics.fillRect(x, y, 20 + random.nextInt(60), 20 + random.nextInt(90));
            }
        }
        graphics.dispose();
        return Image.of(image);
    }

    private static Image compressed(Image image, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality(quality);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image.toBufferedImage(), null, null), how);
        }
        writer.dispose();
        return ImageDecoder.read(bytes.toByteArray(), "compressed");
    }

    @Test
    void equalAndRecompressedAndSmallerImagesAreFoundAcrossPartsAndLabels() throws IOException {
        Images train = new Images();
        for (int i = 0; i < 20; i++) {
            train.with(product(i), 0);
        }
        Images test = new Images()
                .with(product(100), 1)
                .with(product(3), 0)
                .with(compressed(product(5), 0.4f), 0)
                .with(Resize.resize(product(7), 80, 104), 1);
        NearDuplicates.Result result = NearDuplicates.find(List.of(train, test));
        assertEquals(3, result.pairs().size(), result.pairs().toString());
        NearDuplicates.Pair equal = result.pairs().get(0);
        assertTrue(equal.isExact() && equal.isSameLabel() && equal.isAcrossParts(), equal.toString());
        assertEquals(new NearDuplicates.Place(0, 3, "box/3", "box"), equal.first());
        assertEquals(new NearDuplicates.Place(1, 1, "box/1", "box"), equal.second());
        for (NearDuplicates.Pair near : result.pairs().subList(1, 3)) {
            assertFalse(near.isExact());
            assertEquals(near.first().index() == 5, near.isSameLabel());
        }
        assertArrayEquals(new int[] {1, 2, 3}, result.shared(1, 0));
        assertArrayEquals(new int[] {3, 5, 7}, result.shared(0, 1));
        assertEquals(3, result.copies());
        int[] groups = result.groups(1);
        assertEquals(result.groups(0)[7], groups[3]);
        assertNotEquals(groups[0], groups[1]);
    }

    @Test
    void differentProductsOnWhiteAreNotTakenForDuplicates() throws IOException {
        Images many = new Images();
        for (int i = 0; i < 150; i++) {
            many.with(product(1000 + i), i % 2);
        }
        assertEquals(List.of(), NearDuplicates.find(many).pairs());
    }

    @Test
    void ofManyEqualImagesEachIsPairedWithTheFirst() throws IOException {
        Images many = new Images();
        for (int i = 0; i < 300; i++) {
            many.with(product(i < 5 ? i : 4), 0);
        }
        NearDuplicates.Result result = NearDuplicates.find(many);
        assertEquals(295, result.pairs().size());
        assertTrue(result.pairs().stream().allMatch(pair -> pair.first().index() == 4 && pair.isExact()));
        assertEquals(295, result.copies());
    }

    @Test
    void emptyImagesAreNotDuplicatesOfFaintOnes() throws IOException {
        byte[] white = new byte[64 * 64 * 3];
        Arrays.fill(white, (byte) 255);
        byte[] lettered = white.clone();
        for (int y = 20; y < 40; y++) {
            Arrays.fill(lettered, (y * 64 + 20) * 3, (y * 64 + 34) * 3, (byte) 120);
        }
        Images images = new Images().with(new Image(64, 64, 3, white), 0).with(new Image(64, 64, 3, lettered), 0);
        assertEquals(List.of(), NearDuplicates.find(images).pairs());
    }

    @Test
    void whatCannotBeReadIsReportedAndStandsAlone() throws IOException {
        Images images = new Images()
                .with(product(1), 0)
                .with(null, 0)
                .with(product(1), 1)
                .with(null, 1);
        NearDuplicates.Result result = NearDuplicates.find(images);
        assertEquals(1, result.pairs().size());
        assertEquals("box/1", result.report().skipped().get(0).id());
        assertEquals(2, result.report().skipped().size());
        int[] groups = result.groups(0);
        assertEquals(groups[0], groups[2]);
        assertNotEquals(groups[1], groups[3]);
        assertEquals(List.of(), NearDuplicates.find(new Images()).pairs());
    }

    /** A centred shape, 28 x 28 gray, of one class: of two seeds differ size, waist and brightness. */
    private static Image garment(int seed) {
        Random random = new Random(seed * 104_729L);
        BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        double top = 4 + 4 * random.nextDouble();
        double waist = 3 + 3 * random.nextDouble();
        double hem = 4 + 7 * random.nextDouble();
        double middle = 8 + 10 * random.nextDouble();
        Path2D outline = new Path2D.Double();
        outline.moveTo(14 - top, 1);
        outline.lineTo(14 + top, 1);
        outline.lineTo(14 + waist, middle);
        outline.lineTo(14 + hem, 27);
        outline.lineTo(14 - hem, 27);
        outline.lineTo(14 - waist, middle);
        outline.closePath();
        int bright = 160 + random.nextInt(90);
        graphics.setColor(new Color(bright, bright, bright));
        graphics.fill(outline);
        for (int i = 0; i < 3; i++) {
            int dark = random.nextInt(160);
            graphics.setColor(new Color(dark, dark, dark));
            graphics.fillRect(
                    9 + random.nextInt(9), 3 + random.nextInt(20), 1 + random.nextInt(3), 1 + random.nextInt(3));
        }
        graphics.dispose();
        return Image.of(image);
    }

    @Test
    void smallCentredShapesOfOneClassAreNotTakenForDuplicates() throws IOException {
        for (int seed = 0; seed < 3; seed++) {
            Images many = new Images();
            for (int i = 0; i < 700; i++) {
                many.with(garment(1000 * seed + i), i % 2);
            }
            List<NearDuplicates.Pair> pairs = NearDuplicates.find(many).pairs();
            // one in 350 images may look like another by chance
            assertTrue(pairs.size() <= 2, "seed " + seed + ": " + pairs);
        }
    }

    @Test
    void copiesOfSmallCentredShapesAreFound() throws IOException {
        Images many = new Images();
        for (int i = 0; i < 700; i++) {
            many.with(garment(i), 0);
        }
        Images copies = new Images();
        for (int i = 0; i < 60; i++) {
            Image original = garment(i);
            copies.with(
                    switch (i % 3) {
                        case 0 -> compressed(original, 0.75f);
                        case 1 -> compressed(original, 0.5f);
                        default -> Resize.resize(original, 56, 56);
                    },
                    0);
        }
        NearDuplicates.Result result = NearDuplicates.find(List.of(many, copies));
        long found = result.pairs().stream()
                .filter(pair -> pair.isAcrossParts()
                        && pair.first().index() == pair.second().index())
                .count();
        assertTrue(found >= 57, found + " of 60");
        assertTrue(result.shared(1, 0).length >= 57);
        assertEquals(0, result.sharedExactly(1, 0).length);
    }

    @Test
    void plainImagesAreDuplicatesOnlyIfTheirPixelsAreEqual() throws IOException {
        Random random = new Random(5);
        Images many = new Images();
        for (int i = 0; i < 200; i++) {
            byte[] pixels = new byte[48 * 48 * 3];
            byte[] colour = new byte[3];
            random.nextBytes(colour);
            for (int k = 0; k < pixels.length; k++) {
                pixels[k] = colour[k % 3];
            }
            Image plain = new Image(48, 48, 3, pixels);
            many.with(plain, 0).with(Resize.resize(plain, 60 + i, 60), 0);
        }
        assertEquals(List.of(), NearDuplicates.find(many).pairs());
    }

    @Test
    void edgesCutOffDoNotHideACopy() throws IOException {
        Images images = new Images();
        for (int i = 0; i < 40; i++) {
            images.with(product(i), 0);
        }
        for (int i = 0; i < 20; i++) {
            BufferedImage whole = product(i).toBufferedImage();
            images.with(Image.of(whole.getSubimage(4, 5, 192, 250)), 1);
        }
        List<NearDuplicates.Pair> pairs = NearDuplicates.find(images).pairs();
        assertTrue(pairs.size() >= 19, pairs.toString());
        assertTrue(pairs.stream().allMatch(p -> p.second().index() - p.first().index() == 40), pairs.toString());
    }

    private static Image mirrored(Image image) {
        BufferedImage source = image.toBufferedImage();
        BufferedImage target = new BufferedImage(source.getWidth(), source.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < source.getHeight(); y++) {
            for (int x = 0; x < source.getWidth(); x++) {
                target.setRGB(source.getWidth() - 1 - x, y, source.getRGB(x, y));
            }
        }
        return Image.of(target);
    }

    @Test
    void mirroredCopiesAreFoundOnceAndAreNotEqual() throws IOException {
        Images images = new Images();
        for (int i = 0; i < 60; i++) {
            images.with(product(i), 0);
        }
        for (int i = 0; i < 20; i++) {
            images.with(i % 2 == 0 ? mirrored(product(i)) : compressed(mirrored(product(i)), 0.6f), 1);
        }
        NearDuplicates.Result result = NearDuplicates.find(images);
        assertEquals(List.of(), result.exact());
        assertEquals(20, result.near().size(), result.near().toString());
        assertTrue(
                result.near().stream()
                        .allMatch(p -> p.second().index() - p.first().index() == 60),
                result.near().toString());
        int[] groups = result.groups(0);
        for (int i = 0; i < 20; i++) {
            assertEquals(groups[i], groups[60 + i]);
        }
    }

    /** A symmetric image is its own mirrored copy, and an equal one is so upright and mirrored. */
    @Test
    void symmetricImagesAreNotPairedWithThemselvesOrTwice() throws IOException {
        Images images = new Images();
        for (int i = 0; i < 40; i++) {
            images.with(symmetric(i), 0);
        }
        images.with(symmetric(7), 1);
        List<NearDuplicates.Pair> pairs = NearDuplicates.find(images).pairs();
        assertEquals(1, pairs.size(), pairs.toString());
        assertTrue(pairs.get(0).isExact() && pairs.get(0).first().index() == 7, pairs.toString());
    }

    /** The left half of a product, and its mirror image as the right half. */
    private static Image symmetric(int seed) {
        BufferedImage whole = product(seed).toBufferedImage();
        for (int y = 0; y < whole.getHeight(); y++) {
            for (int x = 0; x < whole.getWidth() / 2; x++) {
                whole.setRGB(whole.getWidth() - 1 - x, y, whole.getRGB(x, y));
            }
        }
        return Image.of(whole);
    }

    @Test
    void aLargeGroupOfCopiesIsFoundWhole() throws IOException {
        Images images = new Images();
        for (int i = 0; i < 400; i++) {
            images.with(product(i), 0);
        }
        for (int quality = 40; quality < 59; quality++) {
            images.with(compressed(product(7), quality / 100f), 0);
        }
        NearDuplicates.Result result = NearDuplicates.find(images);
        int[] groups = result.groups(0);
        for (int i = 400; i < groups.length; i++) {
            assertEquals(groups[7], groups[i], "copy " + i);
        }
        assertEquals(List.of(), result.parted());
    }

    @Test
    void grayPixelsStoredAsColourAreTheSamePixels() throws IOException {
        Images images = new Images()
                .with(garment(1), 0)
                .with(garment(1).withChannels(3), 1)
                .with(garment(2), 1);
        NearDuplicates.Result result = NearDuplicates.find(images);
        assertEquals(1, result.contradictions().size());
        assertEquals(result.exact(), result.contradictions());
        assertEquals(List.of(), result.near());
    }

    /** A pan over one wide scene: each frame looks like the next, the first not like the last. */
    @Test
    void aChainOfLookAlikesNeverJoinsMoreThanItsLimit() throws IOException {
        Images images = new Images();
        byte[] noise = new byte[200 * 12 * 3];
        new Random(3).nextBytes(noise);
        BufferedImage wide =
                Resize.resize(new Image(200, 12, 3, noise), 2000, 120).toBufferedImage();
        int frames = 300;
        for (int i = 0; i < frames; i++) {
            images.with(Image.of(wide.getSubimage(i, 0, 120, 120)), 0);
        }
        NearDuplicates.Result result = NearDuplicates.find(images);
        assertTrue(result.near().size() >= frames - 30, result.near().size() + " pairs");
        int[] groups = result.groups(0);
        Map<Integer, Integer> sizes = new HashMap<>();
        Arrays.stream(groups).forEach(g -> sizes.merge(g, 1, Integer::sum));
        // 5 % of the images
        assertTrue(sizes.values().stream().allMatch(n -> n <= 15), sizes.toString());
        assertFalse(result.parted().isEmpty());
        for (Splits.Split fold : Splits.folds(new int[frames], groups, 5, 1)) {
            assertEquals(60, fold.held().length, 8);
        }
    }
}
