package terzi.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutantsTest {
    @TempDir
    Path folder;

    private static String mutation(String status, String owner, String method, String description) {
        return "<mutation detected='x' status='" + status
                + "' numberOfTestsRun='1'><sourceFile>A.java</sourceFile><mutatedClass>"
                + owner + "</mutatedClass><mutatedMethod>" + method
                + "</mutatedMethod><lineNumber>7</lineNumber><description>"
                + description + "</description></mutation>\n";
    }

    /** Of four mutants that a JVM loads in package a, two are killed; one of the other two is listed, so 2 of 3 is what can be had. */
    @Test
    void killedIsWhatATestNoticesOfAllThatAJvmLoads() throws IOException {
        Path report = Files.writeString(
                folder.resolve("mutations.xml"),
                "<?xml version='1.0' encoding='UTF-8'?>\n<mutations partial='true'>\n"
                        + mutation("KILLED", "a.One", "run", "removed call")
                        + mutation("TIMED_OUT", "a.One", "&lt;init&gt;", "removed call")
                        + mutation("SURVIVED", "a.One$Inner", "run", "changed conditional boundary")
                        + mutation("NO_COVERAGE", "a.One", "run", "negated conditional")
                        + mutation("NON_VIABLE", "a.One", "run", "negated conditional")
                        + mutation("MEMORY_ERROR", "a.b.Two", "run", "removed call")
                        + "</mutations>\n");
        Path list = Files.writeString(
                folder.resolve("list.csv"),
                """
                class,method,mutation,reason
                a.One$Inner,run,changed conditional boundary,"equal, either way"
                a.One,run,removed call,of one that is killed all the same
                """);
        Map<String, Mutants.Count> counts = Mutants.byPackage(Mutants.read(report), Mutants.listed(list));
        assertEquals(Set.of("a", "a.b"), counts.keySet());
        Mutants.Count a = counts.get("a");
        assertEquals(new Mutants.Count(1, 1, 1, 1, 1), a);
        assertEquals(0.5, a.killedShare(), 1e-12);
        assertEquals(2 / 3.0, a.killedShareOfKillable(), 1e-12);
        assertEquals(new Mutants.Count(1, 0, 0, 0, 0), counts.get("a.b"));
        assertEquals(new Mutants.Count(2, 1, 1, 1, 1), Mutants.sum(a, counts.get("a.b")));
    }

    @Test
    void aClassThatWasMeasuredAgainHasItsLastCounts() throws IOException {
        Path first = Files.writeString(
                folder.resolve("1.xml"),
                "<mutations>" + mutation("SURVIVED", "a.One", "run", "removed call")
                        + mutation("SURVIVED", "a.One$Inner", "run", "removed call")
                        + mutation("NO_COVERAGE", "a.OneMore", "run", "removed call") + "</mutations>");
        Path second = Files.writeString(
                folder.resolve("2.xml"),
                "<mutations>" + mutation("KILLED", "a.One", "run", "removed call") + "</mutations>");
        assertEquals(
                Map.of("a", new Mutants.Count(1, 0, 0, 1, 0)),
                Mutants.byPackage(Mutants.latest(List.of(first, second)), Set.of()));
        assertEquals(
                Map.of("a", new Mutants.Count(0, 0, 2, 1, 0)),
                Mutants.byPackage(Mutants.latest(List.of(second, first)), Set.of()));
    }
}
