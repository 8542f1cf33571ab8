package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.evaluation.report.LinePanel.Axis;
import terzi.evaluation.report.LinePanel.Point;
import terzi.evaluation.report.LinePanel.Scale;

/** Where values come to lie on axes, and what is written there. */
class AxesTest {

    private static String labels(Axis axis, DoubleStream values) {
        return values.filter(value -> axis.low() <= value && value <= axis.high())
                .mapToObj(axis.label())
                .filter(label -> !label.isBlank())
                .collect(Collectors.joining(" "));
    }

    /** The multiples of powers of ten that the plotting library draws the grid of a logarithmic axis at. */
    private static DoubleStream multiples() {
        return IntStream.rangeClosed(-8, 13).boxed().flatMapToDouble(power -> IntStream.rangeClosed(1, 9)
                .mapToDouble(digit -> Math.pow(10, power) * digit));
    }

    @Property(tries = 400, seed = "20261130")
    void anAxisFromZeroHasAllValuesAndLittleRoomAbove(@ForAll @DoubleRange(min = -6, max = 12) double exponent) {
        double highest = Math.pow(10, exponent);
        Axis axis = Axis.fromZero("t", highest);
        assertEquals(0, axis.low());
        assertEquals(Scale.LINEAR, axis.scale());
        assertTrue(axis.high() >= highest && axis.high() <= 1.1 * highest, "found " + axis.high());
        double step = Math.pow(10, Math.floor(exponent));
        for (int i = 0; i < 10; i++) {
            assertEquals(
                    i * step, Double.parseDouble(axis.label().apply(i * step).replace(",", "")), 1e-6 + 1e-9 * step);
        }
    }

    @Property(tries = 400, seed = "20261130")
    void aLogarithmicAxisHasRoomAndFewNumbers(
            @ForAll @DoubleRange(min = -5, max = 5) double exponent,
            @ForAll @DoubleRange(min = 0, max = 6) double decades) {
        double lowest = Math.pow(10, exponent);
        double highest = lowest * Math.pow(10, decades);
        Axis axis = Axis.logarithmic("t", lowest, highest);
        assertEquals(lowest / 1.08, axis.low(), 1e-9 * lowest);
        assertEquals(Math.max(highest, 1.2 * lowest) * 1.08, axis.high(), 1e-9 * highest * 2);
        assertEquals(axis.high() >= 5 * axis.low(), axis.scale() == Scale.LOGARITHMIC, "narrow ranges are linear");
        if (axis.scale() == Scale.LOGARITHMIC) {
            String[] labels = labels(axis, multiples()).split(" ", -1);
            assertTrue(labels.length >= 2 && labels.length <= 9, String.join(" ", labels));
            for (String label : labels) {
                assertTrue(label.replaceAll("[0.,]", "").matches("[125]"), label);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "6, 120, '10 20 50 100'",
        "0.002, 30, '0.01 0.1 1 10'",
        "0.02, 3, '0.02 0.05 0.1 0.2 0.5 1 2'",
        "1200, 90000, '2,000 5,000 10,000 20,000 50,000'",
        "0.5, 3, '0.5 1 2'"
    })
    void theNumbersOfALogarithmicAxisAreRound(double lowest, double highest, String expected) {
        assertEquals(expected, labels(Axis.logarithmic("", lowest, highest), multiples()));
    }

    @Test
    void theLimitsOfValuesAndAxes() {
        DoubleFunction<String> none = value -> " ";
        assertEquals(1.08, Axis.fromZero("t", 0).high());
        assertTrue(Axis.fromZero("t", 1e-101).high() > 1e-7);
        assertTrue(Axis.fromZero("t", 1e300).high() < 1.1e12);
        assertTrue(Axis.logarithmic("t", 0, 1).low() > 0);
        assertThrows(IllegalArgumentException.class, () -> new Axis("t", Scale.LINEAR, 2, 1, none));
        assertThrows(IllegalArgumentException.class, () -> new Axis("ms", Scale.LINEAR, 1, 1, none));
        assertThrows(IllegalArgumentException.class, () -> new Axis("t", Scale.LINEAR, 0, Double.NaN, none));
        assertThrows(
                IllegalArgumentException.class, () -> new Axis("t", Scale.LINEAR, 0, Double.POSITIVE_INFINITY, none));
        assertThrows(IllegalArgumentException.class, () -> new Axis("t", Scale.LOGARITHMIC, -1, 1, none));
        assertThrows(IllegalArgumentException.class, () -> new Axis("ms", Scale.LOGARITHMIC, 0, 1, none));
        assertEquals(-1, new Axis("t", Scale.LINEAR, -1, 1, none).low(), "a linear axis may be below 0");
        assertTrue(new Point(0, 1, 0.5, 1).hasInterval() && new Point(0, 1, 1, 1.5).hasInterval());
        assertTrue(!Point.of(0, 1).hasInterval());
        assertEquals(new Point(3, 4, 4, 4), Point.of(3, 4));
    }

    // ---- values of training ---------------------------------------------------------------------------------------

    /** Up to 10,000 values are drawn as they are, beyond by their logarithm, with half a decade around less than one. */
    @ParameterizedTest
    @CsvSource({
        "0, 10000, USUAL, 0, 10000",
        "-10000, 3, USUAL, -10000, 3",
        "0, 10001, LOGARITHMIC, 3.5, 4.5",
        "1, 10001, LOGARITHMIC, 0, 4.00004",
        "-10001, 5, LOGARITHMIC, 0.198970004, 1.198970004",
        "1e-7, 9e-7, LOGARITHMIC, -7.5, -5.545757",
        "1e-6, 1e-6, WIDENED, 9e-7, 1.1e-6",
        "0, 1e-6, USUAL, 0, 1e-6",
        "5, 5, WIDENED, 4.5, 5.5",
        "-5, -5, WIDENED, -5.5, -4.5",
        "0, 0, WIDENED, -1, 1",
        "1, 1.0000005, WIDENED, 0.9, 1.1",
        "1, 1.000002, USUAL, 1, 1.000002",
        "100000, 900000, LOGARITHMIC, 4.5, 6.454243",
        "1e5, 1e6, LOGARITHMIC, 5, 6"
    })
    void valuesAreDrawnAsTheyAreUnlessTheirRangeIsWild(
            double first, double last, Ordinate.Kind kind, double low, double high) {
        Ordinate ordinate = Ordinate.of(DoubleStream.of(last, first, Double.NaN));
        assertEquals(kind, ordinate.kind());
        double close = 1e-4 * Math.max(1e-6, Math.abs(high - low));
        assertEquals(low, ordinate.low(), close);
        assertEquals(high, ordinate.high(), close);
    }

    @Test
    void aValueLiesAtItsPlace() {
        Ordinate plain = Ordinate.of(DoubleStream.of(1, 3));
        assertEquals(2, plain.place(2));
        assertTrue(!plain.isLogarithmic());
        assertTrue(Double.isNaN(plain.place(Double.POSITIVE_INFINITY)) && Double.isNaN(plain.place(Double.NaN)));
        Ordinate logarithmic = Ordinate.of(DoubleStream.of(10, 1e6));
        assertTrue(logarithmic.isLogarithmic());
        assertEquals(2, logarithmic.place(100), 1e-12);
        assertEquals(1, logarithmic.place(0), "0 has no logarithm: at the edge");
        assertEquals(1, logarithmic.place(-5));
        assertEquals(1, logarithmic.place(1), "below the lowest: at the edge");
        assertEquals(new Ordinate(Ordinate.Kind.WIDENED, 0, 1), Ordinate.of(DoubleStream.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "2, 100",
        "3, 1000",
        "4, 1e4",
        "-3, 0.001",
        "-4, 1e-4",
        "16, 1e16",
        "0.5, 3.2e+00",
        "2.3010299957, 2.0e+02"
    })
    void ticksOfALogarithmAreWrittenAsValues(double exponent, String label) {
        var chart = new org.knowm.xchart.XYChart(100, 100);
        Ordinate.of(DoubleStream.of(1, 1e6)).applyTo(chart, 0.1);
        assertEquals(
                label, chart.getStyler().getYAxisTickLabelsFormattingFunction().apply(exponent));
        assertEquals(-0.6, chart.getStyler().getYAxisMin(), 1e-9);
        assertEquals(6.6, chart.getStyler().getYAxisMax(), 1e-9);
    }

    @Test
    void theUsualBoundsAreLeftToTheLibraryWhereNoRoomIsWanted() {
        var chart = new org.knowm.xchart.XYChart(100, 100);
        Ordinate.of(DoubleStream.of(1, 3)).applyTo(chart, 0);
        assertEquals(null, chart.getStyler().getYAxisMin());
        assertEquals(null, chart.getStyler().getYAxisTickLabelsFormattingFunction());
        Ordinate.of(DoubleStream.of(5, 5)).applyTo(chart, 0);
        assertEquals(4.5, chart.getStyler().getYAxisMin());
        assertEquals(5.5, chart.getStyler().getYAxisMax());
    }

    @ParameterizedTest
    @CsvSource({"0.12345, 0.1235", "9999.9, 9999.9000", "10000, 1.000e+04", "-20000, -2.000e+04", "0, 0.0000"})
    void aFigureHasTheDigitsThatItDeserves(double value, String written) {
        assertEquals(written, Ordinate.figure(value));
    }
}
