package terzi.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class PairedTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static Side shell(String name, String script) {
        return new Side(name, List.of("sh", "-c", script), Map.of("UNIT", "seconds"));
    }

    private final Side fast = shell(
            "fast",
            """
            echo chatter; echo '{"info": {"version": "1.0"}}'; echo '{"mark": "first_step"}'
            echo '{"metric": "epoch_'$UNIT'", "value": 2}'; echo '{"metric": "epoch_'$UNIT'", "value": 4}'
            echo '{not json'; echo '{"metric": "only_fast", "value": 1}'""");
    private final Side slow =
            shell("slow", "echo '{\"mark\": \"first_step\"}'; echo '{\"metric\": \"epoch_seconds\", \"value\": 6}'");

    @Test
    void theSidesTakeTurnsAtLeading() throws Exception {
        List<String> heard = new ArrayList<>();
        Comparison comparison = new Paired(3, LIMIT, heard::add).compare(fast, slow);
        assertEquals(
                List.of("fast", "slow", "slow", "fast", "fast", "slow"),
                comparison.runs().stream().map(SideRun::side).toList());
        assertEquals(6, heard.size());
    }

    @Test
    void ratiosAreOfMediansAndOnlyOfSharedMetrics() throws Exception {
        Comparison comparison = new Paired(2, LIMIT, line -> {}).compare(fast, slow);
        List<Ratio> ratios = comparison.ratios();
        assertEquals(
                List.of("epoch_seconds", "first_step_seconds"),
                ratios.stream().map(Ratio::metric).toList());
        Ratio epoch = ratios.get(0);
        assertEquals(3, epoch.first());
        assertEquals(6, epoch.second());
        assertEquals(List.of(0.5, 0.5), epoch.perRound());
        assertEquals(0.5, epoch.interval().high());
        assertEquals(Map.of("version", "1.0"), comparison.info("fast"));
        assertTrue(ratios.get(1).first() > 0);
    }

    @Test
    void aSideThatFailsIsQuoted() {
        IOException failed = assertThrows(IOException.class, () -> new Paired(1, LIMIT, line -> {})
                .compare(shell("broken", "echo no torch >&2; exit 3"), slow));
        assertEquals("broken: exit status 3; its last words:\nno torch", failed.getMessage());
    }

    @Test
    void aSideThatHangsIsKilled() {
        IOException failed = assertThrows(IOException.class, () -> new Paired(1, Duration.ofMillis(300), line -> {})
                .compare(shell("stuck", "exec sleep 60"), slow));
        assertTrue(failed.getMessage().contains("killed after PT0.3S"), failed.getMessage());
    }

    @Test
    void aSideThatMeasuresNothingIsRefused() {
        assertThrows(IOException.class, () -> new Paired(1, LIMIT, line -> {}).compare(shell("mute", "true"), slow));
        assertThrows(IOException.class, () -> new Paired(1, LIMIT, line -> {})
                .compare(new Side("missing", List.of("no-such-program")), slow));
    }

    @Test
    void resultsAreWrittenForPeopleAndPrograms(@TempDir Path folder) throws Exception {
        Comparison comparison = new Paired(2, LIMIT, line -> {}).compare(fast, slow);
        Results results = new Results();
        results.folder = folder;
        results.write("epoch", "One epoch", "benchmarks/run epoch", comparison);
        String markdown = Files.readString(folder.resolve("epoch.md"));
        assertTrue(
                markdown.contains("| epoch_seconds | 3.000 | 6.000 | **0.500** | 0.500..0.500 | 0.500..0.500 |"),
                markdown);
        assertTrue(markdown.contains("- fast: version 1.0"), markdown);
        assertTrue(Files.readString(folder.resolve("epoch.json")).startsWith("{\n  \"schema\" : 1,"));
    }

    @Test
    void theHostKnowsItsCores() {
        Host host = Host.here();
        assertTrue(host.cores() >= 1, host.toString());
        assertTrue(!host.cpu().isBlank(), host.toString());
    }
}
