package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunLogTest {
    private final List<RunEvent> events = new ArrayList<>();
    private final RunLog log = new RunLog(events::add, Execution.defaults());

    private RunEvent newest() {
        return events.get(events.size() - 1);
    }

    @Test
    void aCountThatBreaksOffEndsWhereItWas() {
        try (RunLog.Bar bar = log.bar("measuring", 10, "images")) {
            bar.to(3);
        }
        assertEquals(new RunEvent.Progress("measuring", 3, 10, "images", "", true), newest());
    }

    @Test
    void aCompleteCountEndsOnce() {
        try (RunLog.Bar bar = log.bar("measuring", 10, "images")) {
            bar.say("loss 0.5");
            bar.to(10);
        }
        assertEquals(new RunEvent.Progress("measuring", 10, 10, "images", "loss 0.5", true), newest());
        assertEquals(
                1,
                events.stream()
                        .filter(event -> event instanceof RunEvent.Progress progress && progress.last())
                        .count());
    }

    @Test
    void countsThatFollowEachOtherQuicklyAreTotalledNotTold() {
        try (RunLog.Bar bar = log.bar("measuring", 100_000, "images")) {
            for (int i = 1; i <= 1000; i++) {
                bar.to(i);
            }
        }
        assertEquals(1000, ((RunEvent.Progress) newest()).done());
        assertTrue(events.size() < 100, events.size() + " events");
    }
}
