package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.runs.Tuned.Outcome;
import terzi.training.recipe.Preset;

class TuningTest {
    @TempDir
    Path folder;

    private static Outcome outcome(int trial, int round, double effort, double accuracy) {
        return new Outcome(trial, round, effort, accuracy, 1 - accuracy, 1, 1, Map.of());
    }

    @Test
    void theBetterThirdGoesOnWithThreeTimesTheEffort() throws IOException {
        List<String> calls = new ArrayList<>();
        List<Outcome> all = SuccessiveHalving.search(
                9,
                true,
                List.of(),
                (trial, round, effort) -> {
                    calls.add(round + ":" + trial + ":" + Math.round(effort * 9));
                    return outcome(trial, round, effort, trial == 4 ? Double.NaN : trial / 10.0);
                },
                (outcome, done, total) -> assertEquals(13, total));
        assertEquals(13, all.size());
        assertEquals(List.of("1:6:3", "1:7:3", "1:8:3", "2:8:9"), calls.subList(9, 13));
        assertTrue(calls.subList(0, 9).stream().allMatch(call -> call.endsWith(":1")), calls.toString());
    }

    @Test
    void whatIsKnownIsNotComputedAgain() throws IOException {
        List<Outcome> first = new ArrayList<>();
        assertThrows(
                IOException.class,
                () -> SuccessiveHalving.search(
                        9,
                        true,
                        List.of(),
                        (trial, round, effort) -> outcome(trial, round, effort, trial / 10.0),
                        (outcome, done, total) -> {
                            first.add(outcome);
                            if (done == 11) {
                                throw new IOException("killed");
                            }
                        }));
        List<String> computed = new ArrayList<>();
        List<Outcome> all = SuccessiveHalving.search(
                9,
                true,
                first,
                (trial, round, effort) -> {
                    computed.add(round + ":" + trial);
                    return outcome(trial, round, effort, trial / 10.0);
                },
                (outcome, done, total) -> {});
        assertEquals(List.of("1:8", "2:8"), computed);
        assertEquals(13, all.size());
    }

    @Test
    void withoutASecondStageThereIsOneRound() {
        assertEquals(List.of(7), SuccessiveHalving.rounds(7, false));
        assertEquals(List.of(7, 2, 1), SuccessiveHalving.rounds(7, true));
    }

    @Test
    void theUsualSpaceFitsTheOptionsAndRepeats() throws IOException {
        SearchSpace space = SearchSpace.parse(SearchSpace.DEFAULT, "the usual space", note -> {});
        for (int trial = 0; trial < 30; trial++) {
            Map<String, String> drawn = space.draw(5, trial);
            assertEquals(drawn, space.draw(5, trial));
            List<String> pairs = drawn.entrySet().stream()
                    .map(entry -> entry.getKey() + "=" + entry.getValue())
                    .toList();
            Preset.BALANCED.options().with(pairs); // throws where a key or a value is wrong
            double enlarge = Double.parseDouble(drawn.getOrDefault("enlarge", "0"));
            assertTrue(enlarge >= 1 && enlarge <= 1.71, drawn.toString());
        }
        assertTrue(!space.draw(5, 0).equals(space.draw(5, 1)));
    }

    @Test
    void rangesAreDrawnFromEvenlyOrEvenlyInTheExponent() throws IOException {
        SearchSpace space = SearchSpace.parse(
                "a: {low: 0, high: 1}\nb: {low: 0.0001, high: 1, scale: log}\n", "a space", note -> {});
        int lowA = 0;
        int lowB = 0;
        for (int trial = 0; trial < 200; trial++) {
            Map<String, String> drawn = space.draw(5, trial);
            double a = Double.parseDouble(String.valueOf(drawn.get("a")));
            double b = Double.parseDouble(String.valueOf(drawn.get("b")));
            assertTrue(a >= 0 && a <= 1 && b >= 0.0001 && b <= 1, drawn.toString());
            lowA += a < 0.5 ? 1 : 0;
            lowB += b < 0.01 ? 1 : 0;
        }
        assertTrue(Math.abs(lowA - 100) < 30 && Math.abs(lowB - 100) < 30, lowA + " and " + lowB);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'a: [1'                            | is not YAML",
                "'a: 3'                             | expected a list of values",
                "'a: {low: 2, high: 1}'             | low must not be above high",
                "'a: {low: 0, high: 1, scale: log}' | above 0",
                "'{}'                               | names no setting"
            })
    void aWrongSpaceNamesTheSetting(String yaml, String expected) {
        IOException wrong = assertThrows(IOException.class, () -> SearchSpace.parse(yaml, "space.yaml", note -> {}));
        assertTrue(String.valueOf(wrong.getMessage()).contains(expected), wrong.getMessage());
        assertTrue(String.valueOf(wrong.getMessage()).startsWith("space.yaml: "), wrong.getMessage());
    }

    @Test
    void everyLineOfTheTableHasTheSameFieldsWhateverTheSettings() throws IOException {
        Outcome one = new Outcome(
                0, 0, 1, 0.5, 0.7, 0.6, 2, Map.of("unfreeze.depth", "{stages: 1, rate: 2}", "note", "a \"b\", c"));
        Outcome other = new Outcome(1, 0, 1, 0.4, 0.8, 0.6, 2, Map.of("sampling", "over"));
        Path file = Files.writeString(folder.resolve("results.csv"), TuningSearch.csv(List.of(one, other)));
        try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(file)) {
            List<NamedCsvRecord> all = rows.stream().toList();
            assertEquals(2, all.size());
            all.forEach(row -> assertEquals(10, row.getFieldCount()));
            assertEquals("{stages: 1, rate: 2}", all.get(0).getField("unfreeze.depth"));
            assertEquals("a \"b\", c", all.get(0).getField("note"));
            assertEquals("over", all.get(1).getField("sampling"));
            assertEquals("", all.get(0).getField("sampling"));
        }
    }

    @Test
    void aSpaceInTheOldSpellingIsReadWithANoteAndWrittenInTheNewOne() throws IOException {
        String old =
                """
                # few images
                featureStages: [1, 2]
                training.optimizer.adamW.learningRate: {low: 0.1, high: 0.1}
                views.count: [3]
                """;
        List<String> notes = new ArrayList<>();
        SearchSpace space = SearchSpace.parse(old, "space.yaml", notes::add);
        assertEquals(
                List.of("space.yaml: settings are in an old spelling, which is still read; write feature_stages for"
                        + " featureStages, training.optimizer.adamw.learning_rate for"
                        + " training.optimizer.adamW.learningRate"),
                notes);
        Map<String, String> drawn = space.draw(1, 0);
        assertEquals("0.100", drawn.get("training.optimizer.adamw.learning_rate"));
        assertEquals("3", drawn.get("views.count"));
        SearchSpace again = SearchSpace.parse(space.yaml(), "space.yaml", notes::add);
        assertEquals(1, notes.size(), "what is written is in the new spelling");
        assertEquals(drawn, again.draw(1, 0));
        String current = old.replace("featureStages", "feature_stages").replace("adamW.learningRate", "adamw.momentum");
        assertEquals(
                current, SearchSpace.parse(current, "space.yaml", notes::add).yaml(), "with its comment");
    }

    @Test
    void aStructuredValueOfASpaceIsDrawnWhole() throws IOException {
        SearchSpace space = SearchSpace.parse("unfreeze.depth: [{stages: {count: 1}}]", "space.yaml", note -> {});
        assertEquals("{\"stages\":{\"count\":1}}", space.draw(0, 0).get("unfreeze.depth"));
    }
}
