package terzi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.evaluation.PairedDifference;
import terzi.evaluation.Predictions;
import terzi.evaluation.report.Comparison;

/** The work of {@code terzi compare}. */
final class RunComparison {
    static final String PREDICTIONS = "predictions.csv";

    private RunComparison() {}

    static int run(Console console, List<Path> folders, @Nullable Path page) throws IOException {
        List<Comparison.Run> runs = new ArrayList<>();
        List<String> names = names(folders);
        for (Path folder : folders) {
            if (!Files.exists(folder)) {
                throw new NoSuchFileException(folder.toString());
            }
        }
        if (page == null && FileComparison.isNeeded(folders)) {
            return FileComparison.run(console, folders, names);
        }
        for (int i = 0; i < folders.size(); i++) {
            runs.add(read(folders.get(i), names.get(i)));
        }
        Comparison comparison = Comparison.of(runs);
        for (Comparison.Difference difference : comparison.differences()) {
            if (difference.paired().isEmpty()) {
                console.warn(comparison.sentence(difference));
            }
        }
        if (page != null) {
            comparison.write(page);
        }
        print(console, folders, comparison);
        if (page != null) {
            console.print("");
            console.print("page: " + page);
        }
        console.json(json(folders, comparison, page));
        return ExitCode.OK;
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
                    + ", which the page needs; make one with: terzi report " + Shell.quoted(folder));
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
                String value = known.provenance().get(fact);
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

    private static void print(Console console, List<Path> folders, Comparison comparison) {
        List<FileComparison.Known> rows = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            Comparison.Run run = comparison.runs().get(i);
            Map<String, Double> figures = new LinkedHashMap<>();
            Finish.summary(run.evaluation()).forEach((key, value) -> figures.put(key, ((Number) value).doubleValue()));
            rows.add(new FileComparison.Known(folders.get(i), run.name(), figures, run.part(), run.images(), ""));
        }
        printTable(console, rows);
        console.print("");
        for (Comparison.Difference difference : comparison.differences()) {
            console.print(comparison.sentence(difference));
        }
    }

    static void printTable(Console console, List<FileComparison.Known> rows) {
        TextTable table = new TextTable("run", "accuracy", "95 % interval", "macro-F1", "log-loss", "ECE", "images");
        for (FileComparison.Known row : rows) {
            table.row(
                    row.name(),
                    String.format(Locale.ROOT, "%.2f %%", row.get("accuracy") * 100),
                    String.format(
                            Locale.ROOT,
                            "%.2f to %.2f %%",
                            row.accuracyInterval().low() * 100,
                            row.accuracyInterval().high() * 100),
                    String.format(Locale.ROOT, "%.2f %%", row.get("macro_f1") * 100),
                    String.format(Locale.ROOT, "%.4f", row.get("log_loss")),
                    String.format(Locale.ROOT, "%.4f", row.get("ece")),
                    Sizes.count(row.count()) + " " + row.part());
        }
        console.printTable(table.text(console.tableColumns()));
    }

    private static Map<String, Object> json(List<Path> folders, Comparison comparison, @Nullable Path page) {
        List<Map<String, Object>> runs = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            Comparison.Run run = comparison.runs().get(i);
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("run", folders.get(i).toString());
            entry.put("name", run.name());
            entry.put("measured_on", run.part());
            entry.put("images", run.images());
            entry.putAll(Finish.summary(run.evaluation()));
            entry.put("facts", run.facts());
            runs.add(entry);
        }
        List<Map<String, Object>> differences = new ArrayList<>();
        for (Comparison.Difference difference : comparison.differences()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("first", comparison.runs().get(0).name());
            entry.put("second", comparison.runs().get(difference.run()).name());
            entry.put("tested", difference.paired().isPresent());
            difference.paired().ifPresent(paired -> put(entry, paired));
            entry.put("adjusted_p", difference.adjustedP());
            entry.put("real", difference.isReal());
            entry.put("sentence", comparison.sentence(difference));
            differences.add(entry);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("runs", runs);
        answer.put("differences", differences);
        if (page != null) {
            answer.put("page", page.toString());
        }
        return answer;
    }

    private static void put(Map<String, Object> entry, PairedDifference paired) {
        entry.put("accuracy", paired.accuracy());
        entry.put("accuracy_interval", interval(paired.accuracyInterval()));
        entry.put("macro_f1", paired.macroF1());
        entry.put("macro_f1_interval", interval(paired.macroF1Interval()));
        entry.put("log_loss", paired.logLoss());
        entry.put("log_loss_interval", interval(paired.logLossInterval()));
        entry.put("only_first_right", paired.test().onlyFirst());
        entry.put("only_second_right", paired.test().onlySecond());
        entry.put("p", paired.test().pValue());
    }

    private static List<Double> interval(Interval interval) {
        return List.of(interval.low(), interval.high());
    }
}
