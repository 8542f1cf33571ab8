package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import terzi.evaluation.Evaluation;
import terzi.evaluation.PairedDifference;
import terzi.evaluation.Predictions;
import terzi.evaluation.report.Comparison;
import terzi.files.RunFile;

/**
 * The comparison of classifiers: McNemar's exact test and bootstrap intervals on the images that all were measured on. Where a
 * folder holds no predictions of single images, the figures in the classifier files are compared, without a test.
 *
 * @param runs at least two run folders, model folders, or folders of an evaluation; the first is what the others are compared
 *     with
 * @param page an HTML page to write; it needs predictions of every run
 */
public record Comparing(List<Path> runs, Optional<Path> page) implements Run<Compared> {
    static final String PREDICTIONS = RunFile.PREDICTIONS.fileName();

    /**
     * Checks and copies the components.
     *
     * @param runs at least two run folders, model folders, or folders of an evaluation
     * @param page an HTML page to write
     * @throws IllegalArgumentException if there are fewer than two runs
     */
    public Comparing {
        runs = List.copyOf(runs);
        if (runs.size() < 2) {
            throw new IllegalArgumentException("expected at least two runs to compare, found " + runs.size());
        }
    }

    /**
     * {@return a comparison without a page}
     *
     * @param runs at least two run folders, model folders, or folders of an evaluation; the first is what the others
     *     are compared with
     */
    public static Comparing of(List<Path> runs) {
        return new Comparing(runs, Optional.empty());
    }

    /**
     * {@return the same with a page beside the answer}
     *
     * @param file an HTML page to write
     */
    public Comparing withPage(Path file) {
        return new Comparing(runs, Optional.of(file));
    }

    @Override
    public Compared run(RunListener listener) throws IOException {
        for (Path run : runs) {
            if (!Files.exists(run)) {
                throw new NoSuchFileException(run.toString());
            }
        }
        List<String> names = names(runs);
        if (page.isEmpty() && FileComparison.isNeeded(runs)) {
            return FileComparison.of(runs, names);
        }
        List<Comparison.Run> measured = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            measured.add(read(runs.get(i), names.get(i)));
        }
        Comparison comparison = Comparison.of(measured);
        if (page.isPresent()) {
            comparison.write(page.get());
        }
        return new Compared(
                IntStream.range(0, runs.size())
                        .mapToObj(i -> candidate(runs.get(i), measured.get(i)))
                        .toList(),
                comparison.differences().stream()
                        .map(difference -> difference(comparison, difference))
                        .toList(),
                page,
                List.of());
    }

    /** The folders' names, with as many of their parents as it takes to tell them apart. */
    private static List<String> names(List<Path> folders) {
        List<Path> whole =
                folders.stream().map(f -> f.toAbsolutePath().normalize()).toList();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < whole.size(); i++) {
            Path one = whole.get(i);
            int length = 1;
            while (length < one.getNameCount() && isShared(whole, i, length)) {
                length++;
            }
            String name =
                    one.subpath(one.getNameCount() - length, one.getNameCount()).toString();
            names.add(names.contains(name) ? name + " (" + (i + 1) + ")" : name);
        }
        return names;
    }

    private static boolean isShared(List<Path> all, int place, int length) {
        Path one = all.get(place);
        Path end = one.subpath(one.getNameCount() - length, one.getNameCount());
        for (int other = 0; other < all.size(); other++) {
            if (other != place && !all.get(other).equals(one) && all.get(other).endsWith(end)) {
                return true;
            }
        }
        return false;
    }

    private static Comparison.Run read(Path folder, String name) throws IOException {
        Path answers = folder.resolve(PREDICTIONS);
        if (!Files.exists(answers)) {
            throw new IOException(folder + ": has no " + PREDICTIONS
                    + ", which the page needs; make one with: terzi report " + ShellWords.quoted(folder));
        }
        Evaluation evaluation = Evaluation.of(Predictions.read(answers));
        Optional<RunRecord> record = RunRecord.in(folder);
        Map<String, String> facts = new LinkedHashMap<>();
        Path file = folder.resolve(ClassifierLocation.FILE_NAME);
        if (Files.exists(file)) {
            facts.put("file", Sizes.text(Files.size(file)));
        }
        record.ifPresent(known -> {
            for (String fact : List.of("trained in", "trained on", "took", "seed", "backbone", "device", "machine")) {
                String value = known.provenance().get(Topics.key(fact));
                if (value != null) {
                    facts.put(fact, value);
                }
            }
        });
        return new Comparison.Run(
                name,
                evaluation,
                record.map(RunRecord::part).orElse("unknown"),
                record.map(RunRecord::images).orElse(""),
                facts);
    }

    private static Compared.Candidate candidate(Path path, Comparison.Run run) {
        return new Compared.Candidate(
                path,
                run.name(),
                run.part(),
                run.images(),
                MetricsSummary.of(run.evaluation()),
                Topics.byKey(run.facts()));
    }

    private static Compared.Difference difference(Comparison comparison, Comparison.Difference difference) {
        return new Compared.Difference(
                comparison.runs().get(0).name(),
                comparison.runs().get(difference.run()).name(),
                difference.paired().map(paired -> test(paired, difference.adjustedP())),
                difference.isReal(),
                comparison.sentence(difference));
    }

    private static Compared.PairedTest test(PairedDifference paired, double adjustedP) {
        return new Compared.PairedTest(
                paired.accuracy(),
                paired.accuracyInterval(),
                paired.macroF1(),
                paired.macroF1Interval(),
                paired.logLoss(),
                paired.logLossInterval(),
                paired.test().onlyFirst(),
                paired.test().onlySecond(),
                paired.test().pValue(),
                adjustedP);
    }
}
