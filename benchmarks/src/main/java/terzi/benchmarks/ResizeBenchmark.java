package terzi.benchmarks;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import terzi.images.Image;
import terzi.images.Resize;
import terzi.images.ResizeMethod;

/** The resize that every image goes through, against imgscalr's methods; a photo and a camera's full size. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ResizeBenchmark {

    @Param({"500x375", "3000x2000"})
    String size = "";

    @Param({"TRIANGLE", "SCALR_BALANCED"})
    ResizeMethod method = ResizeMethod.TRIANGLE;

    private Image image = new Image(1, 1, 3, new byte[3]);

    @Setup
    public void makeImage() {
        String[] sides = size.split("x", 2);
        int width = Integer.parseInt(sides[0]);
        int height = Integer.parseInt(sides[1]);
        byte[] pixels = new byte[width * height * 3];
        new Random(1).nextBytes(pixels);
        image = new Image(width, height, 3, pixels);
    }

    @Benchmark
    public Image to224() {
        return Resize.resize(image, 224, 224, method);
    }
}
