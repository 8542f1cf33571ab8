package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import terzi.training.recipe.Monitor;
import terzi.training.recipe.Schedule;
import tools.jackson.databind.JsonNode;

class LearningRateTest {
    private static final double TOLERANCE = 1e-12;

    @Test
    void stepsDownAsPyTorchDoes() throws IOException {
        assertRates("step", new LearningRate(0.1, new Schedule.Step(3, 0.5), 1, 12));
    }

    @Test
    void annealsAlongACosineAsPyTorchDoes() throws IOException {
        assertRates("cosine", new LearningRate(0.1, new Schedule.Cosine(0, 0.1), 1, 20));
    }

    @Test
    void cyclesOnceAsPyTorchDoes() throws IOException {
        assertRates("one_cycle", new LearningRate(0.1, Schedule.OneCycle.defaults(), 4, 5));
    }

    @Test
    void reducesOnPlateausOfTheLossAsPyTorchDoes() throws IOException {
        assertPlateau("plateau_loss", "losses", new Schedule.ReduceOnPlateau(Monitor.LOSS, 0.5, 2, 1e-4, 0));
    }

    @Test
    void reducesOnPlateausOfTheAccuracyAsPyTorchDoes() throws IOException {
        assertPlateau(
                "plateau_accuracy", "accuracies", new Schedule.ReduceOnPlateau(Monitor.ACCURACY, 0.1, 1, 1e-4, 1e-3));
    }

    @Test
    void warmsUpInEqualStepsBeforeTheCosine() {
        LearningRate rate = new LearningRate(1, new Schedule.Cosine(0.5, 0), 8, 2);
        assertArrayEquals(
                new double[] {0.25, 0.5, 0.75, 1, 1},
                IntStream.range(0, 5).mapToDouble(rate::at).toArray(),
                TOLERANCE);
        assertEquals(0, rate.at(16), TOLERANCE);
    }

    private static void assertRates(String name, LearningRate rate) throws IOException {
        double[] expected = Golden.doubles(Golden.read().path("schedules").path(name));
        assertArrayEquals(
                expected,
                IntStream.range(0, expected.length).mapToDouble(rate::at).toArray(),
                TOLERANCE);
    }

    private static void assertPlateau(String name, String values, Schedule.ReduceOnPlateau plateau) throws IOException {
        JsonNode golden = Golden.read();
        double[] expected = Golden.doubles(golden.path("schedules").path(name));
        double[] figures = Golden.doubles(golden.path(values));
        LearningRate rate = new LearningRate(0.1, plateau, 1, expected.length);
        double[] actual = new double[expected.length];
        for (int i = 0; i < actual.length; i++) {
            actual[i] = rate.at(i);
            rate.epochEnded(new Epoch(i + 1, 0, 0, figures[i], figures[i], actual[i], 0));
        }
        assertArrayEquals(expected, actual, TOLERANCE);
    }
}
