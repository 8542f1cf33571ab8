package terzi.benchmarks;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import terzi.images.Image;
import terzi.images.Preprocessing;

/** A decoded photo of 500 x 375 to the tensor of ResNet-50: all of it, and the arithmetic after resizing alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class TensorBenchmark {
    private final Preprocessing preprocessing = Preprocessing.imagenet(256, 224);
    private final float[] values = new float[3 * 224 * 224];
    private Image photo = new Image(1, 1, 3, new byte[3]);
    private Image fitted = photo;

    @Setup
    public void draw() {
        byte[] pixels = new byte[500 * 375 * 3];
        new Random(1).nextBytes(pixels);
        photo = new Image(500, 375, 3, pixels);
        fitted = preprocessing.fit(photo);
    }

    @Benchmark
    public float[] photoToTensor() {
        return preprocessing.tensor(photo);
    }

    @Benchmark
    public float[] normalise() {
        preprocessing.normalise(fitted, values, 0);
        return values;
    }
}
