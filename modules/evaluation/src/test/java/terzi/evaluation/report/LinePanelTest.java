package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.evaluation.report.LinePanel.Axis;
import terzi.evaluation.report.LinePanel.Line;
import terzi.evaluation.report.LinePanel.Point;
import terzi.evaluation.report.LinePanel.Role;
import terzi.evaluation.report.LinePanel.Tick;

class LinePanelTest {
    private static String labels(Axis axis) {
        return String.join(" ", axis.ticks().stream().map(Tick::label).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "0.9, 0 0.5 1.0",
        "7.3, 0 2 4 6 8",
        "8, 0 2 4 6 8",
        "312, '0 100 200 300 400'",
        "4100, '0 2,000 4,000 6,000'",
        "0, 0.0 0.5 1.0"
    })
    void anAxisFromZeroEndsAtARoundNumberAboveAllValues(double highest, String expected) {
        Axis axis = Axis.fromZero("", highest);
        assertEquals(expected.replace("0 0.5", "0.0 0.5").replace("0.0.0", "0.0"), labels(axis));
        assertTrue(axis.high() >= highest);
    }

    @ParameterizedTest
    @CsvSource({
        "6, 120, '10 20 50 100'",
        "0.02, 30, '0.1 1 10'",
        "11, 11.2, '11 12 13 14'",
        "1200, 90000, '2,000 5,000 10,000 20,000 50,000'",
        "0.0234, 0.03, '0.025 0.030'"
    })
    void aLogarithmicAxisHasRoundNumbersAtFewPlaces(double lowest, double highest, String expected) {
        Axis axis = Axis.logarithmic("", lowest, highest);
        assertEquals(expected, labels(axis));
        assertTrue(axis.low() < lowest && highest < axis.high());
        assertTrue(axis.ticks().stream().allMatch(tick -> axis.low() <= tick.at() && tick.at() <= axis.high()));
    }

    @Test
    void anAxisWithoutLengthIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Axis("ms", LinePanel.Scale.LINEAR, 1, 1, List.of()));
        assertThrows(
                IllegalArgumentException.class, () -> new Axis("ms", LinePanel.Scale.LOGARITHMIC, 0, 1, List.of()));
    }

    @Test
    void thePanelIsDrawnWithItsIntervalsAndInThePagesColours() {
        LinePanel panel = new LinePanel(
                "Speed of <one>.",
                Axis.fromZero("batch", 4),
                Axis.fromZero("a second", 10),
                List.of(
                        new Line(Role.BACKGROUND, List.of(Point.of(1, 2), Point.of(4, 3))),
                        new Line(Role.AGAINST, List.of(Point.of(1, 4), Point.of(4, 5))),
                        new Line(Role.SUBJECT, List.of(new Point(1, 6, 5, 7), new Point(4, 8, 7, 20)))));
        HtmlPage two = new HtmlPage();
        String page = HtmlPage.html(two.figure(panel)) + HtmlPage.html(two.figure(panel));
        if (HtmlPage.hasFigures()) {
            assertEquals(2, page.split("aria-label=\"Speed of &lt;one>\\.\"", -1).length - 1);
            assertTrue(page.contains("var(--first)") && page.contains("stroke-dasharray"), page);
        }
    }
}
