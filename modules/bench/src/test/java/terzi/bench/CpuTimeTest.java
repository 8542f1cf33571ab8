package terzi.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CpuTimeTest {
    @Test
    void timeOfOthersExcludesOnesOwnAndWhatWasStolen() {
        CpuTime before = new CpuTime(1000, 10, 2000);
        CpuTime after = new CpuTime(1180, 20, 2200);
        assertEquals(0.4, after.othersShareSince(before, Duration.ofSeconds(1)), 1e-9);
        assertEquals(0, after.othersShareSince(before, Duration.ofSeconds(9)), 1e-9);
        assertEquals(0.05, after.stolenShareSince(before), 1e-9);
    }

    @Test
    void whereTheSystemTellsNothingNobodyElseWasAtWork() {
        CpuTime nothing = new CpuTime(0, 0, 0);
        assertEquals(0, nothing.othersShareSince(nothing, Duration.ZERO));
        assertEquals(0, nothing.stolenShareSince(nothing));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void readsWhatTheKernelCounts() {
        CpuTime before = CpuTime.read();
        assertTrue(before.busy() > 0, before.toString());
        assertTrue(before.total() > before.busy() + before.stolen(), "it has idled some time: " + before);
        CpuTime after = CpuTime.read();
        assertTrue(after.total() >= before.total(), before + " then " + after);
    }
}
