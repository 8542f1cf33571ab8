package terzi.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import terzi.images.Image;
import terzi.images.ImageDecoder;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;

/** The ways into a classifier, one thread; {@code -prof gc} tells what a call allocates. From the repository's root. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ClassifyBenchmark {

    private static final int SIDE = 28;

    private ByteBuffer pixels = ByteBuffer.allocateDirect(SIDE * SIDE);
    private Image image = new Image(1, 1, 1, new byte[1]);
    private byte[] jpeg = {};
    private @Nullable ImageClassifier classifier;

    @Setup
    public void load() throws IOException {
        classifier = ImageClassifier.load(
                Path.of("models/fashion-mnist-deep/classifier.onnx"),
                ClassifierOptions.defaults().withDevice(Device.cpu()).withThreads(1));
        byte[] noise = new byte[SIDE * SIDE];
        new Random(1).nextBytes(noise);
        pixels = ByteBuffer.allocateDirect(noise.length).put(noise).flip();
        image = new Image(SIDE, SIDE, 1, noise);
        Path folder = Path.of("benchmarks/target/photos-500x375");
        DrawnPhotos.draw(folder, 500, 375, 10);
        jpeg = Files.readAllBytes(folder.resolve("photo-000.jpg"));
    }

    @TearDown
    public void close() {
        loaded().close();
    }

    private ImageClassifier loaded() {
        return Objects.requireNonNull(classifier);
    }

    @Benchmark
    public Prediction rawPixels() {
        return loaded().classify(pixels, SIDE, SIDE);
    }

    @Benchmark
    public Prediction decodedImage() {
        return loaded().classify(image);
    }

    @Benchmark
    public Prediction jpeg500x375() throws IOException {
        return loaded().classify(jpeg);
    }

    /** The part of it that is decoding. */
    @Benchmark
    public Image onlyDecoding500x375() throws IOException {
        return ImageDecoder.read(jpeg, "photo");
    }
}
