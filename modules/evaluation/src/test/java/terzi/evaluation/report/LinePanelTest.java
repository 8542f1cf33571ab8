package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import terzi.evaluation.report.LinePanel.Axis;
import terzi.evaluation.report.LinePanel.Line;
import terzi.evaluation.report.LinePanel.Point;
import terzi.evaluation.report.LinePanel.Role;

class LinePanelTest {
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
            assertFalse(page.contains("line 0") || page.contains("intervals"), "a legend");
        }
    }

    @Test
    void aLineWithoutPointsIsNotDrawn() {
        LinePanel panel = new LinePanel(
                "d",
                Axis.fromZero("x", 1),
                Axis.fromZero("y", 1),
                List.of(
                        new Line(Role.SUBJECT, List.of()),
                        new Line(Role.AGAINST, List.of(Point.of(0, 0), Point.of(1, 1)))));
        String page = HtmlPage.html(new HtmlPage().figure(panel));
        assertFalse(page.contains("var(--first)"), page);
        assertEquals(HtmlPage.hasFigures(), page.contains("var(--second)"), page);
    }
}
