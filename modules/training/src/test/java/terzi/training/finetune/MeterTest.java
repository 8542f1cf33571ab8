package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import terzi.training.finetune.FineTuningListener.Progress;
import terzi.training.finetune.FineTuningListener.Work;

class MeterTest {
    private final List<Progress> reports = new ArrayList<>();
    private final FineTuningListener listener = new FineTuningListener() {
        @Override
        public void progressed(Progress progress) {
            reports.add(progress);
        }
    };

    @Test
    void reportsTheBeginningAndTheEndAndNotEveryStepBetween() {
        Meter meter = new Meter(listener, Work.HEAD, 0, 100_000);
        for (int i = 0; i < 100_000; i++) {
            meter.add(1);
        }
        Progress last = reports.get(reports.size() - 1);
        assertEquals(Work.HEAD, last.work());
        assertEquals(100_000, last.done());
        assertEquals(100_000, last.total());
        assertEquals(0, last.secondsLeft(), 0);
        assertTrue(reports.size() < 1000, reports.size() + " reports");
    }

    @Test
    void whatWasThereBeforeSaysNothingAboutTheSpeed() throws InterruptedException {
        Meter meter = new Meter(listener, Work.FEATURES, 90, 100);
        meter.add(0);
        assertEquals(90, reports.get(0).done());
        assertTrue(Double.isNaN(reports.get(0).secondsLeft()), "nothing is known yet");
        Thread.sleep(210);
        meter.add(1);
        Progress second = reports.get(1);
        assertEquals(91, second.done());
        // one took at least 0.21 s, so that the nine others take at least 1.89 s
        assertTrue(second.secondsLeft() >= 1.89 && second.secondsLeft() < 60, second.toString());
    }
}
