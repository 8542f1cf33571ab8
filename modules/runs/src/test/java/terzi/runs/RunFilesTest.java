package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.files.RunFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code docs/run-files.md} names every file that runs write, and every key in them. */
class RunFilesTest {
    private static final Path PAGE = Path.of("../../docs/run-files.md");
    private static final Set<String> NAMES =
            Arrays.stream(RunFile.values()).map(RunFile::fileName).collect(Collectors.toSet());

    @TempDir
    private static Path folder;

    private static String page;
    private static FineTuned tuned;
    private static Trained trained;
    private static Tuned found;
    private static FineTuned chosen;

    @BeforeAll
    static void runEverything() throws IOException {
        page = Files.readString(PAGE);
        Path images = Photos.folder(folder.resolve("images"), 60);
        String network = Photos.network(folder.resolve("network.onnx")).toString();
        RunTarget target = RunTarget.defaults().withRunsFolder(folder.resolve("runs"));
        FineTuningSettings fast = FineTuningSettings.defaults()
                .withRecipe("fast")
                .withBackbone(network)
                .withSeed(1);
        tuned = FineTuning.on(images)
                .withSettings(fast)
                .withFolds(3)
                .withTarget(target)
                .run();
        trained = Training.of(Photos.recipe(folder.resolve("recipe.yaml"), images))
                .withTarget(target)
                .run();
        String other = Photos.network(folder.resolve("other.onnx")).toString();
        chosen = FineTuning.on(images)
                .withSettings(fast.withBackbone("auto:" + network + "," + other))
                .withWithin(Duration.ofSeconds(9))
                .withTarget(target)
                .run();
        found = Tuning.on(images)
                .withTrials(2)
                .withSettings(fast)
                .withTarget(target)
                .run();
    }

    @Test
    void thePageNamesEveryFileAndNoOther() {
        String table = page.substring(page.indexOf("| file |"), page.indexOf("\n## "));
        Set<String> named = new TreeSet<>();
        table.lines()
                .skip(2)
                .filter(line -> line.startsWith("|"))
                .forEach(line -> named.addAll(code(line.split("\\|", -1)[1])));
        assertEquals(new TreeSet<>(NAMES), named);
    }

    private static List<String> code(String text) {
        return java.util.regex.Pattern.compile("`([^`]+)`")
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void runsWriteNoFileThatIsNotInTheList() throws IOException {
        for (Path run : List.of(tuned.folder(), trained.folder(), found.folder(), chosen.folder())) {
            try (Stream<Path> files = Files.walk(run)) {
                for (Path file : files.filter(one -> !one.equals(run)).toList()) {
                    assertTrue(NAMES.contains(file.getFileName().toString()), file.toString());
                }
            }
        }
    }

    @Test
    void everyKeyStandsInTheSectionOfItsFile() throws IOException {
        for (Path run : List.of(tuned.folder(), trained.folder(), found.folder(), chosen.folder())) {
            try (Stream<Path> files = Files.walk(run)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String name = file.getFileName().toString();
                    Set<String> keys = keys(file, name);
                    if (keys.isEmpty()) {
                        continue;
                    }
                    Set<String> explained = new TreeSet<>(code(section(name)));
                    keys.removeIf(explained::contains);
                    assertEquals(Set.of(), keys, "not explained for " + file);
                }
            }
        }
    }

    private static String section(String file) {
        return Arrays.stream(page.split("\n## ", -1))
                .filter(part -> part.lines().findFirst().orElse("").contains("`" + file + "`"))
                .collect(Collectors.joining("\n"));
    }

    private static Set<String> keys(Path file, String name) throws IOException {
        Set<String> keys = new TreeSet<>();
        if (name.equals("args.yaml")) {
            YAMLMapper.builder()
                    .build()
                    .readTree(Files.readString(file))
                    .propertyNames()
                    .forEach(keys::add);
        } else if (name.equals("progress.json")) {
            return keys; // the trainer's own
        } else if (name.endsWith(".json")) {
            collect(JsonMapper.shared().readTree(Files.readString(file)), keys);
        } else if (name.endsWith(".csv") && !name.equals("confusion_matrix.csv") && !name.equals("results.csv")) {
            String header = Files.readAllLines(file).get(0);
            Stream.of(header.split(",", -1))
                    .filter(key -> !key.startsWith("p:"))
                    .forEach(keys::add);
        }
        return keys;
    }

    /** All keys; not those of a trial's settings and of {@code top_k}, which are data. */
    private static void collect(JsonNode node, Set<String> keys) {
        node.properties().forEach(entry -> {
            keys.add(entry.getKey());
            if (!entry.getKey().equals("settings") && !entry.getKey().equals("top_k")) {
                collect(entry.getValue(), keys);
            }
        });
        if (node.isArray()) {
            node.forEach(element -> collect(element, keys));
        }
    }
}
