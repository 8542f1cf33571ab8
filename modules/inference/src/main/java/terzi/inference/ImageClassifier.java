package terzi.inference;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import terzi.vision.Picture;
import terzi.vision.PictureReader;

/**
 * Classifies pictures with a classifier file: raw pixels in, labels with calibrated probabilities out. Resizing and
 * normalising are part of the file, so that every runtime gives the same answer.
 *
 * <pre>{@code
 * try (ImageClassifier classifier = ImageClassifier.load(Path.of("classifier.onnx"))) {
 *     System.out.println(classifier.classify(Path.of("shoe.jpg"))); // ankle boot 98.1 %, sneaker 1.5 %, ...
 * }
 * }</pre>
 *
 * <p>Thread-safe: load once, share among all threads, close at the end. Closing waits for calls in progress; calls
 * after it throw {@link IllegalStateException}. Colour pictures are turned to gray where the network wants gray, and
 * gray ones to colour.
 *
 * <p>The format is specified in {@code docs/classifier-file.md}.
 */
public final class ImageClassifier implements AutoCloseable {

    /** Pictures that are run together have no more bytes than this, unless a single one has. */
    private static final long MAX_BATCH_BYTES = 64 << 20;

    private final OrtNetwork network;
    private final ClassifierInfo info;
    private final ClassifierOptions options;

    ImageClassifier(OrtNetwork network, ClassifierInfo info, ClassifierOptions options) {
        this.network = network;
        this.info = info;
        this.options = options;
    }

    /** {@link #load(Path, ClassifierOptions)} with {@link ClassifierOptions#defaults()}. */
    public static ImageClassifier load(Path file) throws IOException {
        return load(file, ClassifierOptions.defaults());
    }

    /**
     * Loads a classifier file and checks its version and digest.
     *
     * @throws ClassifierFileException when the file is truncated, changed, of an unknown version or no classifier file
     * @throws IOException when it cannot be read
     * @throws DeviceUnavailableException when the options ask for a device that does not work here
     */
    public static ImageClassifier load(Path file, ClassifierOptions options) throws IOException {
        return ClassifierLoader.load(file, options);
    }

    /** {@link #load(byte[], ClassifierOptions)} with {@link ClassifierOptions#defaults()}. */
    public static ImageClassifier load(byte[] file) throws IOException {
        return load(file, ClassifierOptions.defaults());
    }

    /** As {@link #load(Path, ClassifierOptions)}, from the bytes of a classifier file, which may be changed afterwards. */
    public static ImageClassifier load(byte[] file, ClassifierOptions options) throws IOException {
        return ClassifierLoader.load(file, options);
    }

    /**
     * Classifies a picture file (JPEG, PNG, WebP, GIF, BMP), turned upright by its EXIF orientation, transparency on
     * white.
     *
     * @throws terzi.vision.PictureException when the file is no readable picture
     * @throws IOException when it cannot be read
     */
    public Prediction classify(Path picture) throws IOException {
        return classify(PictureReader.read(picture));
    }

    /** As {@link #classify(Path)}, from the bytes of a picture file. */
    public Prediction classify(byte[] pictureFile) throws IOException {
        return classify(PictureReader.read(pictureFile, "picture"));
    }

    /** As {@link #classify(Path)}, from a stream with the bytes of a picture file, which is read but not closed. */
    public Prediction classify(InputStream pictureFile) throws IOException {
        return classify(PictureReader.read(pictureFile, "picture"));
    }

    /** Classifies a picture in memory; transparency is put on white. */
    public Prediction classify(BufferedImage picture) {
        return classify(Picture.of(picture));
    }

    /** Classifies decoded pixels. */
    public Prediction classify(Picture picture) {
        return classify(List.of(picture)).get(0);
    }

    /**
     * Classifies many pictures; neighbours of the same size run together, which is faster.
     *
     * @return one prediction for each picture, in the same order
     */
    public List<Prediction> classify(List<Picture> pictures) {
        List<Prediction> predictions = new ArrayList<>(pictures.size());
        for (List<Picture> batch : batches(pictures)) {
            Picture first = batch.get(0);
            float[][] probabilities = network.probabilities(
                    batch.size(), first.height(), first.width(), target -> batch.forEach(p -> put(p, target)));
            for (float[] row : probabilities) {
                predictions.add(Prediction.of(info.labels(), row, options.topK()));
            }
        }
        return predictions;
    }

    /**
     * Classifies raw pixels without copying them.
     *
     * @param pixels direct; from its position to its limit {@code [height, width, C]} uint8, C =
     *     {@link ClassifierInfo#channels()}; must not change during the call
     */
    public Prediction classify(ByteBuffer pixels, int width, int height) {
        return Prediction.of(info.labels(), run(pixels, 1, height, width).probabilities()[0], options.topK());
    }

    /**
     * Gives everything the file computes for pictures of one size.
     *
     * @throws IllegalArgumentException when the pictures are of different sizes
     */
    public Outputs run(List<Picture> pictures) {
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("no picture to run");
        }
        Picture first = pictures.get(0);
        ByteBuffer pixels =
                ByteBuffer.allocateDirect(Math.multiplyExact(pictures.size(), Math.toIntExact(bytes(first))));
        for (Picture picture : pictures) {
            if (!sameSize(picture, first)) {
                throw new IllegalArgumentException("pictures of one run must have one size, found " + first.width()
                        + "x" + first.height() + " and " + picture.width() + "x" + picture.height());
            }
            put(picture, pixels);
        }
        return run(pixels.flip(), pictures.size(), first.height(), first.width());
    }

    /**
     * Gives everything the file computes for raw pixels, which are not copied.
     *
     * @param pixels direct; from its position to its limit {@code [n, height, width, C]} uint8, C =
     *     {@link ClassifierInfo#channels()}; must not change during the call
     */
    public Outputs run(ByteBuffer pixels, int n, int height, int width) {
        if (!pixels.isDirect()) {
            throw new IllegalArgumentException("pixels must be in a direct buffer (ByteBuffer.allocateDirect)");
        }
        return network.outputs(pixels, n, height, width);
    }

    /** What the file says about itself. */
    public ClassifierInfo info() {
        return info;
    }

    /** Where the network really runs, never {@link Device.Kind#AUTO}. */
    public Device device() {
        return network.device();
    }

    /** Waits for calls in progress, then frees the native memory; a second time does nothing. */
    @Override
    public void close() {
        network.close();
    }

    /** Neighbours of one size, cut to what fits into one run. */
    private List<List<Picture>> batches(List<Picture> pictures) {
        List<List<Picture>> batches = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= pictures.size(); to++) {
            Picture first = pictures.get(from);
            if (to == pictures.size()
                    || to - from == options.batch()
                    || !sameSize(pictures.get(to), first)
                    || (to - from + 1) * bytes(first) > MAX_BATCH_BYTES) {
                batches.add(pictures.subList(from, to));
                from = to;
            }
        }
        return batches;
    }

    private static boolean sameSize(Picture a, Picture b) {
        return a.width() == b.width() && a.height() == b.height();
    }

    private long bytes(Picture picture) {
        return (long) picture.width() * picture.height() * info.channels();
    }

    private void put(Picture picture, ByteBuffer target) {
        target.put(picture.withChannels(info.channels()).pixels());
    }
}
