package terzi.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

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
    void timeGoesOn() {
        CpuTime now = CpuTime.read();
        assertTrue(now.total() >= now.busy() + now.stolen(), now.toString());
    }
}
