package terzi.inference;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/** The likeliest five of so many labels; in this package, which alone can call it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TopKBenchmark {
    @Param({"10", "1000"})
    int labels;

    private List<String> names = List.of();
    private float[] probabilities = {};

    @Setup
    public void draw() {
        names = IntStream.range(0, labels).mapToObj(i -> "label " + i).toList();
        probabilities = new float[labels];
        Random random = new Random(1);
        for (int i = 0; i < labels; i++) {
            probabilities[i] = random.nextFloat();
        }
    }

    @Benchmark
    public List<Score> bestFive() {
        return Prediction.likeliest(names, probabilities, 5);
    }
}
