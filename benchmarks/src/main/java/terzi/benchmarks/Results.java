package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;
import terzi.files.Machine;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes what was measured as {@code <name>.md} for people and, where it has figures, as {@code <name>.json} for programs; each says
 * when, by which command and on which machine. A benchmark mixes it in for its option {@code --out}.
 */
final class Results {

    private static final int SCHEMA = 1;
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Option(names = "--out", defaultValue = "benchmarks/results", description = "folder of the results")
    Path folder = Path.of("");

    /**
     * Writes, and prints the Markdown.
     *
     * @param name of the files
     * @param title one line for people
     * @param command what to type to measure again
     * @param figures by their names in the JSON file; with none there is no such file
     * @param body Markdown that follows the title and the machine
     */
    void write(String name, String title, String command, Map<String, ?> figures, String body) throws IOException {
        String date = LocalDate.now(ZoneOffset.UTC).toString();
        Host host = Host.here();
        String text = String.format(
                Locale.ROOT,
                "# %s\n\n`%s`, %s, %s, %s (%s), %d MiB, JDK %s.\n\n%s",
                title,
                command,
                date,
                host.cpu(),
                Machine.cores(host.cores()),
                String.join(" ", host.features()),
                host.memoryMib(),
                host.java(),
                body);
        Files.createDirectories(folder);
        if (!figures.isEmpty()) {
            Map<String, Object> root = new LinkedHashMap<>();
            root.put("schema", SCHEMA);
            root.put("title", title);
            root.put("date", date);
            root.put("command", command);
            root.put("host", host);
            root.putAll(figures);
            Files.writeString(folder.resolve(name + ".json"), MAPPER.writeValueAsString(root) + "\n");
        }
        Files.writeString(folder.resolve(name + ".md"), text);
        System.out.print(text);
    }

    /** The same of a comparison: the JSON file has every run, the other one the ratios. */
    void write(String name, String title, String command, Comparison comparison) throws IOException {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put(
                "sides",
                Map.of(
                        comparison.first(), comparison.info(comparison.first()),
                        comparison.second(), comparison.info(comparison.second())));
        figures.put("ratios", comparison.ratios());
        figures.put("runs", comparison.runs());
        write(name, title, command, figures, ratios(comparison));
    }

    private static String ratios(Comparison comparison) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "| | %s | %s | ratio (median) | min..max | 95 %% interval |\n|---|---|---|---|---|---|\n",
                comparison.first(),
                comparison.second()));
        for (Ratio r : comparison.ratios()) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.4g | %.4g | **%.3f** | %.3f..%.3f | %.3f..%.3f |\n",
                    r.metric(),
                    r.first(),
                    r.second(),
                    r.median(),
                    r.min(),
                    r.max(),
                    r.interval().low(),
                    r.interval().high()));
        }
        text.append(String.format(
                Locale.ROOT,
                "\nA ratio below 1 means that %s needs less. %d rounds.\n\n",
                comparison.first(),
                comparison.ratios().get(0).perRound().size()));
        for (String side : List.of(comparison.first(), comparison.second())) {
            text.append("- ").append(side).append(": ");
            List<String> facts = comparison.info(side).entrySet().stream()
                    .map(fact -> fact.getKey() + " " + fact.getValue())
                    .toList();
            text.append(String.join(", ", facts)).append('\n');
        }
        double others = comparison.runs().stream()
                .mapToDouble(SideRun::othersShare)
                .max()
                .orElse(0);
        text.append(String.format(
                Locale.ROOT,
                "- other processes took at most %.0f %% of the processors during a run%s\n",
                100 * others,
                others > 0.1 ? ": **a busy machine, measure again**" : ""));
        return text.toString();
    }
}
