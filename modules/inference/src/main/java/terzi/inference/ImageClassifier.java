package terzi.inference;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import terzi.images.Image;
import terzi.images.ImageDecoder;
import terzi.images.Preprocessing;

/**
 * Classifies images with a classifier file: raw pixels in, labels with calibrated probabilities out. Resizing and
 * normalising are part of the file, so that every runtime gives the same answer.
 *
 * <pre>{@code
 * try (ImageClassifier classifier = ImageClassifier.load(Path.of("classifier.onnx"))) {
 *     System.out.println(classifier.classify(Path.of("shoe.jpg"))); // ankle boot 98.1 %, sneaker 1.5 %, ...
 * }
 * }</pre>
 *
 * <p>Thread-safe: load once, share among all threads, close at the end. Closing waits for calls in progress; calls
 * after it throw {@link IllegalStateException}. No lock is held that another call would wait for; a virtual thread that
 * calls {@code classify} occupies its carrier while the network runs, one that waits for {@link #classifyAsync} does not.
 *
 * <p>Colour images are turned to gray where the network wants gray, and gray ones to colour.
 *
 * <p>The format is specified in {@code docs/classifier-file.md}. Networks that are not classifier files can be loaded as
 * well: a folder from Hugging Face with {@link #load(Path)}, a bare ONNX file with {@link #load(Path, Preprocessing, List,
 * ClassifierOptions)}. Their images are prepared here, by the same antialiased resize.
 */
public final class ImageClassifier implements AutoCloseable {

    /** Images that are run together have no more bytes than this, unless a single one has. */
    private static final long MAX_BATCH_BYTES = 64 << 20;

    private static final String THE_IMAGE = "the image";

    private final OrtNetwork network;
    private final Preparation preparation;
    private final ClassifierInfo info;
    private final ClassifierOptions options;
    private final Executor background;

    /** @throws ClassifierFileException when the options ask for what the file does not compute */
    ImageClassifier(OrtNetwork network, Preparation preparation, ClassifierInfo info, ClassifierOptions options)
            throws ClassifierFileException {
        if (options.rejection().isPresent() && !info.strangeness()) {
            throw new ClassifierFileException(network.name() + ": withRejection(...) needs a file with the output '"
                    + Signature.STRANGENESS + "', which it does not have; fine-tune again with this version of Terzi");
        }
        this.network = network;
        this.preparation = preparation;
        this.info = info;
        this.options = options;
        this.background = options.executor()
                .orElseGet(() -> Background.of(Runtime.getRuntime().availableProcessors(), "terzi-classify"));
    }

    /**
     * Loads a classifier with {@linkplain ClassifierOptions#defaults() default options}; see {@link #load(Path,
     * ClassifierOptions)}.
     *
     * @param file classifier file or folder
     * @return the classifier, which the caller closes
     * @throws ClassifierFileException if the file is truncated, changed, of an unknown version or not a classifier file
     * @throws IOException if it cannot be read
     */
    public static ImageClassifier load(Path file) throws IOException {
        return load(file, ClassifierOptions.defaults());
    }

    /**
     * Loads a classifier file and checks its version and digest; or the {@code classifier.onnx} in a folder; or a
     * folder as Hugging Face keeps them, with {@code onnx/model.onnx}, {@code config.json} for the labels and {@code
     * preprocessor_config.json} for the preprocessing.
     *
     * @param file classifier file or folder
     * @param options device, threads and limits
     * @return the classifier, which the caller closes
     * @throws ClassifierFileException if the file is truncated, changed, of an unknown version or not a classifier file,
     *     or computes no strangeness and the options ask for {@linkplain ClassifierOptions#withRejection rejection}
     * @throws IOException if it cannot be read
     * @throws DeviceUnavailableException if the options ask for a device that does not work here
     * @throws RuntimeUnavailableException if ONNX Runtime is missing, too old or does not start here
     */
    public static ImageClassifier load(Path file, ClassifierOptions options) throws IOException {
        return RuntimeDiagnosis.during(() -> ClassifierLoader.load(file, options));
    }

    /**
     * Loads an ONNX network that is not a classifier file.
     *
     * @param network takes {@code [N, C, h, w]} float32 and gives {@code [N, K]}: probabilities, or logits, which then
     *     get their softmax here
     * @param preprocessing conversion of an image to the network's input
     * @param labels K labels, in the order of the outputs
     * @param options device, threads and limits
     * @return the classifier, which the caller closes
     * @throws ClassifierFileException if the network does not fit the preprocessing or the labels
     * @throws IOException if it cannot be read
     */
    public static ImageClassifier load(
            Path network, Preprocessing preprocessing, List<String> labels, ClassifierOptions options)
            throws IOException {
        return RuntimeDiagnosis.during(() -> BareNetwork.load(network, preprocessing, labels, options));
    }

    /**
     * Loads a classifier from memory with {@linkplain ClassifierOptions#defaults() default options}.
     *
     * @param file content of a classifier file, which may be changed afterwards
     * @return the classifier, which the caller closes
     * @throws ClassifierFileException if it is truncated, changed, of an unknown version or not a classifier file
     * @throws IOException if it cannot be loaded
     */
    public static ImageClassifier load(byte[] file) throws IOException {
        return load(file, ClassifierOptions.defaults());
    }

    /**
     * Loads a classifier from memory; see {@link #load(Path, ClassifierOptions)}.
     *
     * @param file content of a classifier file, which may be changed afterwards
     * @param options device, threads and limits
     * @return the classifier, which the caller closes
     * @throws ClassifierFileException if it is truncated, changed, of an unknown version or not a classifier file
     * @throws IOException if it cannot be loaded
     */
    public static ImageClassifier load(byte[] file, ClassifierOptions options) throws IOException {
        return RuntimeDiagnosis.during(
                () -> ClassifierLoader.load(file, "classifier of " + file.length + " bytes", options));
    }

    /**
     * Loads a classifier file from the class path with {@linkplain ClassifierOptions#defaults() default options}.
     *
     * @param owner a class of the jar that the file is in
     * @param name as for {@link Class#getResourceAsStream}: beside the class, or from the root with a leading slash
     * @return the classifier, which the caller closes
     * @throws java.io.FileNotFoundException if there is no such resource
     * @throws IOException as {@link #load(Path, ClassifierOptions)}
     */
    public static ImageClassifier loadResource(Class<?> owner, String name) throws IOException {
        return loadResource(owner, name, ClassifierOptions.defaults());
    }

    /**
     * Loads a classifier file from the class path.
     *
     * @param owner a class of the jar that the file is in
     * @param name as for {@link Class#getResourceAsStream}: beside the class, or from the root with a leading slash
     * @param options device, threads and limits
     * @return the classifier, which the caller closes
     * @throws java.io.FileNotFoundException if there is no such resource
     * @throws IOException as {@link #load(Path, ClassifierOptions)}
     */
    public static ImageClassifier loadResource(Class<?> owner, String name, ClassifierOptions options)
            throws IOException {
        return RuntimeDiagnosis.during(() -> ClassifierLoader.loadResource(owner, name, options));
    }

    /**
     * Classifies an image file (JPEG, PNG, WebP, GIF, BMP), turned upright by its EXIF orientation, transparency on
     * white.
     *
     * @param image image file
     * @return labels with probabilities
     * @throws terzi.images.ImageException if the file is not a readable image, or costs more than {@link
     *     ClassifierOptions#limits()} allow
     * @throws IOException if it cannot be read
     * @throws InferenceException if the network fails on it, or its answer is not a finite number
     */
    public Prediction classify(Path image) throws IOException {
        return classify(read(image), image.toString(), Cancellation.NEVER);
    }

    /**
     * Classifies an image file in memory; see {@link #classify(Path)}.
     *
     * @param imageFile content of an image file
     * @return labels with probabilities
     * @throws IOException a {@link terzi.images.ImageException} if it is not a readable image
     */
    public Prediction classify(byte[] imageFile) throws IOException {
        return classify(read(imageFile));
    }

    /**
     * Classifies an image file from a stream; see {@link #classify(Path)}.
     *
     * @param imageFile content of an image file, which is read to its end and not closed
     * @return labels with probabilities
     * @throws IOException if the stream fails or does not have a readable image
     */
    public Prediction classify(InputStream imageFile) throws IOException {
        return classify(ImageDecoder.read(imageFile, "image", options.limits()));
    }

    /**
     * Classifies an AWT image; transparency is put on white.
     *
     * @param image image of any size
     * @return labels with probabilities
     * @throws InferenceException if the network fails, or an answer is not a finite number
     */
    public Prediction classify(BufferedImage image) {
        return classify(Image.of(image));
    }

    /**
     * Classifies a decoded image.
     *
     * @param image image of any size
     * @return labels with probabilities
     * @throws InferenceException if the network fails, or an answer is not a finite number
     */
    public Prediction classify(Image image) {
        return classify(image, THE_IMAGE, Cancellation.NEVER);
    }

    /**
     * Classifies many images; neighbours of the same size run together, which is faster. A network with a fixed batch
     * gets that many at a time; the last image fills what is left of it.
     *
     * @param images images of any sizes
     * @return one prediction for each image, in the same order
     * @throws InferenceException if the network fails, or an answer is not a finite number
     */
    public List<Prediction> classify(List<Image> images) {
        FiniteAnswers finite = FiniteAnswers.of(network.name(), images.size());
        List<Prediction> predictions = new ArrayList<>(images.size());
        for (Answer answer : answers(images)) {
            finite.require(answer, predictions.size());
            predictions.add(Prediction.of(info, answer, options));
        }
        return predictions;
    }

    /** One for each image, in the same order. */
    List<Answer> answers(List<Image> images) {
        List<Answer> answers = new ArrayList<>(images.size());
        for (List<Image> batch : batches(images)) {
            answers.addAll(network.answers(batch(batch), Cancellation.NEVER));
        }
        return answers;
    }

    /**
     * Classifies raw pixels; large images are not copied.
     *
     * @param pixels direct; from its position to its limit {@code [height, width, C]} uint8, C = {@link
     *     ClassifierInfo#channels()}; must not change during the call
     * @param width width in pixels
     * @param height height in pixels
     * @return labels with probabilities
     * @throws IllegalArgumentException if the buffer is not direct
     */
    public Prediction classify(ByteBuffer pixels, int width, int height) {
        requireDirect(pixels);
        if (preparation instanceof Preparation.Tensor tensor) {
            return classify(tensor.images(pixels, 1, height, width).get(0));
        }
        return prediction(
                network.answers(new long[] {1, height, width, info.channels()}, pixels)
                        .get(0),
                THE_IMAGE);
    }

    /**
     * Classifies any number of image files in bounded memory; see {@link #classifyAll(Stream, ImageLoader)}.
     *
     * @param images image files
     * @return a lazy stream of one result for each file, in the same order
     */
    public Stream<Classified<Path>> classifyAll(Stream<Path> images) {
        return classifyAll(images, this::read);
    }

    /**
     * Classifies any number of images in bounded memory: while the network runs in the thread that takes the results,
     * other threads decode the images that come next. Results are in the order of the sources, and the stream is lazy.
     *
     * <pre>{@code
     * try (Stream<Path> files = Files.list(folder); Stream<Classified<Path>> all = classifier.classifyAll(files)) {
     *     all.forEach(one -> System.out.println(one.source() + ": " + one.prediction().label()));
     * }
     * }</pre>
     *
     * <p>An unreadable image, or one whose answer is not a finite number, is a {@link Classified} with a {@link
     * Classified#failure()}. Closing the stream stops the decoding and closes the sources; do it when not all results
     * are taken. Up to twice {@link ClassifierOptions#batch()} sources are read ahead, and decoded as long as what
     * waits has less than 200 MB of pixels.
     *
     * <p>Decoding takes {@link ClassifierOptions#executor()} or, without one, as many threads as {@link
     * ClassifierOptions#threads()} leaves of the processors, at least one: many images on two cores go fastest with one
     * thread for the network.
     *
     * @param sources origins of the images
     * @param loader gets the pixels of a source; called by several threads, also by the one that takes the results
     * @return a lazy stream of one result for each source, in the same order
     * @param <S> type of the origin
     */
    public <S> Stream<Classified<S>> classifyAll(Stream<S> sources, ImageLoader<? super S> loader) {
        int decoders = Math.max(1, Runtime.getRuntime().availableProcessors() - options.threads());
        Executor executor = options.executor().orElseGet(() -> Background.of(decoders, "terzi-decode"));
        return ImagePipeline.stream(sources, loader, this, executor, mostAtOnce());
    }

    /**
     * Classifies an image file in the background, on {@link ClassifierOptions#executor()}. Cancelling the result, or
     * letting it time out, ends decoding and the network's run; what waits is not started.
     *
     * @param image image file
     * @return the prediction, or the exception of {@link #classify(Path)}
     */
    public CompletableFuture<Prediction> classifyAsync(Path image) {
        return classifyAsync(image, this::read);
    }

    /**
     * Classifies an image file in memory in the background; see {@link #classifyAsync(Path)}.
     *
     * @param imageFile content of an image file, which must not change until it is done
     * @return the prediction, or the exception of {@link #classify(byte[])}
     */
    public CompletableFuture<Prediction> classifyAsync(byte[] imageFile) {
        return classifyAsync(imageFile, this::read);
    }

    /**
     * Classifies a decoded image in the background; see {@link #classifyAsync(Path)}.
     *
     * @param image image of any size
     * @return the prediction, or the exception of {@link #classify(Image)}
     */
    public CompletableFuture<Prediction> classifyAsync(Image image) {
        return classifyAsync(image, pixels -> pixels);
    }

    /**
     * Classifies an image from any origin in the background; see {@link #classifyAsync(Path)}.
     *
     * @param source origin of the image
     * @param loader gets the pixels of the source
     * @return the prediction, or the exception of the loader or the network
     * @param <S> type of the origin
     */
    public <S> CompletableFuture<Prediction> classifyAsync(S source, ImageLoader<? super S> loader) {
        return PendingPrediction.start(this, source, loader, background);
    }

    /**
     * Computes the features of an image, the input of the network's last layer: images that look alike have similar
     * ones, whatever their labels. See {@link NearestImages}.
     *
     * @param image image of any size
     * @return features {@code [F]}
     * @throws UnsupportedOperationException if the file gives none, see {@link ClassifierInfo#features()}
     * @throws InferenceException if the network fails, or a value is not a finite number
     */
    public float[] features(Image image) {
        return features(List.of(image))[0];
    }

    /**
     * Computes the features of an image file; see {@link #features(Image)}.
     *
     * @param image image file
     * @return features {@code [F]}
     * @throws IOException if the image cannot be read
     */
    public float[] features(Path image) throws IOException {
        return features(List.of(read(image)), new FiniteAnswers(network.name(), index -> image.toString()))[0];
    }

    /**
     * Computes the features of many images; see {@link #features(Image)}.
     *
     * @param images images of any sizes
     * @return features {@code [N, F]}, in the order of the images
     */
    public float[][] features(List<Image> images) {
        return features(images, FiniteAnswers.of(network.name(), images.size()));
    }

    private float[][] features(List<Image> images, FiniteAnswers finite) {
        if (!info.features()) {
            throw new UnsupportedOperationException(
                    "this network gives no features, because it has no output 'features';"
                            + " a classifier file has one where its network ends in one linear layer");
        }
        List<float[]> features = new ArrayList<>(images.size());
        for (List<Image> batch : batches(images)) {
            features.addAll(network.features(batch(batch)));
        }
        return finite.require(Signature.FEATURES, features.toArray(float[][]::new));
    }

    /**
     * Computes where in an image the network sees a label.
     *
     * @param image image of any size
     * @param label index of the label in {@link ClassifierInfo#labels()}
     * @return heat at every place of the image; empty unless the file gives activation maps, see {@link
     *     ClassifierInfo#activationMap()}
     */
    public Optional<HeatMap> heatMap(Image image, int label) {
        Objects.checkIndex(label, info.labels().size());
        if (!info.activationMap() || info.preprocessing().isEmpty()) {
            return Optional.empty();
        }
        Preprocessing preprocessing = info.preprocessing().get();
        return run(List.of(image))
                .contrastMap(0, label)
                .map(map -> HeatMap.of(map, image, preprocessing, Optional.empty()));
    }

    /**
     * Computes all outputs of the file for images of one size.
     *
     * @param images images of one size
     * @return outputs for each image, in the same order
     * @throws IllegalArgumentException if there are no images, or they are of different sizes
     * @throws InferenceException if the network fails, or an answer is not a finite number
     */
    public Outputs run(List<Image> images) {
        if (images.isEmpty()) {
            throw new IllegalArgumentException("no image to run");
        }
        Image first = images.get(0);
        for (Image image : images) {
            if (!preparation.mayRunTogether(image, first)) {
                throw new IllegalArgumentException("images of one run must have one size, found " + first.width() + "x"
                        + first.height() + " and " + image.width() + "x" + image.height());
            }
        }
        return network.outputs(batch(images)).requireFinite(network.name());
    }

    /**
     * Computes all outputs of the file for raw pixels, which are not copied.
     *
     * @param pixels direct; from its position to its limit {@code [n, height, width, C]} uint8, C = {@link
     *     ClassifierInfo#channels()}; must not change during the call
     * @param n number of images
     * @param height height in pixels
     * @param width width in pixels
     * @return outputs for each image, in the same order
     * @throws IllegalArgumentException if the buffer is not direct
     * @throws InferenceException if the network fails, or an answer is not a finite number
     */
    public Outputs run(ByteBuffer pixels, int n, int height, int width) {
        requireDirect(pixels);
        return preparation instanceof Preparation.Tensor tensor
                ? run(tensor.images(pixels, n, height, width))
                : network.outputs(new long[] {n, height, width, info.channels()}, pixels)
                        .requireFinite(network.name());
    }

    /** {@return the description in the file: labels, preprocessing, metadata} */
    public ClassifierInfo info() {
        return info;
    }

    /** {@return the processor that the network really runs on, never {@link Device.Kind#AUTO}} */
    public Device device() {
        return network.device();
    }

    /** Waits for calls in progress, then frees the native memory; a second time does nothing. */
    @Override
    public void close() {
        network.close();
    }

    /** @param name of the image, for messages */
    Prediction classify(Image image, String name, Cancellation cancellation) {
        return prediction(network.answers(batch(List.of(image)), cancellation).get(0), name);
    }

    /** @throws InferenceException when a value is not a finite number */
    Prediction prediction(Answer answer, String name) {
        new FiniteAnswers(network.name(), index -> name).require(answer, 0);
        return Prediction.of(info, answer, options);
    }

    /** What an image is called in messages: by its file, if it has one. */
    static String name(Object source) {
        return source instanceof byte[] || source instanceof Image ? THE_IMAGE : String.valueOf(source);
    }

    /** How many images go into one call of the network: as many as the options say, in full runs of a fixed batch. */
    private int mostAtOnce() {
        int fixed = network.signature().batch();
        return fixed == Signature.ANY_BATCH ? options.batch() : Math.max(1, options.batch() / fixed) * fixed;
    }

    /** @throws IllegalStateException after {@link #close} */
    void requireOpen() {
        network.requireOpen();
    }

    private Image read(Path image) throws IOException {
        return ImageDecoder.read(image, options.limits());
    }

    private Image read(byte[] imageFile) throws IOException {
        return ImageDecoder.read(imageFile, "image", options.limits());
    }

    /** Neighbours that may run together, cut to what fits into one run. */
    private List<List<Image>> batches(List<Image> images) {
        List<List<Image>> batches = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= images.size(); to++) {
            Image first = images.get(from);
            if (to == images.size()
                    || to - from == mostAtOnce()
                    || !preparation.mayRunTogether(images.get(to), first)
                    || (to - from + 1) * preparation.bytes(first) > MAX_BATCH_BYTES) {
                batches.add(images.subList(from, to));
                from = to;
            }
        }
        return batches;
    }

    /** Images that may run together. */
    private Batch batch(List<Image> images) {
        return Batch.of(preparation.shape(images.size(), images.get(0)), (from, to, target) -> {
            for (Image image : images.subList(from, to)) {
                preparation.write(image, target);
            }
        });
    }

    private static void requireDirect(ByteBuffer pixels) {
        if (!pixels.isDirect()) {
            throw new IllegalArgumentException("pixels must be in a direct buffer (ByteBuffer.allocateDirect)");
        }
    }
}
