package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.data.Datasets;
import terzi.files.FileNames;
import terzi.training.recipe.YamlRecords;
import terzi.training.run.RunFolder;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What a run needs to know besides its recipe; {@code args.yaml} keeps it for {@code --resume}.
 *
 * @param source name or path of the dataset
 * @param folder where a dataset opened by name lies, or empty
 * @param offline whether downloads are forbidden
 */
record RunArguments(String source, String folder, boolean offline) {
    static final String FILE_NAME = RunFolder.ARGUMENTS;
    private static final String TYPED = "typed";
    private static final String DIGEST = "data_digest";
    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    /**
     * @param ofRecipe the recipe's dataset; a path starts from the recipe's folder, or else from the current one
     * @param recipeFolder where the recipe lies
     * @param given what the command line names instead, or null; a folder of plain files is where the recipe's named data
     *     set lies, any other folder is a dataset of its own
     */
    static RunArguments of(String ofRecipe, Path recipeFolder, @Nullable String given, boolean offline)
            throws IOException {
        if (given == null) {
            if (isNamed(ofRecipe)) {
                return new RunArguments(ofRecipe, "", offline);
            }
            Path beside = recipeFolder.resolve(ofRecipe);
            Path path = Files.exists(beside) ? beside : Path.of(ofRecipe);
            return new RunArguments(path.toAbsolutePath().normalize().toString(), "", offline);
        }
        if (isNamed(given)) {
            return new RunArguments(given, "", offline);
        }
        Path path = FileNames.resolve(given).toAbsolutePath().normalize();
        if (isNamed(ofRecipe) && holdsIdxFiles(path)) {
            return new RunArguments(ofRecipe, path.toString(), offline);
        }
        return new RunArguments(FileNames.text(path), "", offline);
    }

    private static boolean isNamed(String data) {
        return Datasets.names().contains(data);
    }

    private static boolean holdsIdxFiles(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (var files = Files.list(folder)) {
            return files.anyMatch(file -> file.getFileName().toString().matches(".*[-.]idx[13]-ubyte(\\.gz)?"));
        }
    }

    static RunArguments read(Path runFolder, boolean offline) throws IOException {
        Path file = require(runFolder);
        JsonNode node = tree(file);
        String source = node.path("data").asString("");
        if (source.isEmpty()) {
            throw new IOException(file + ": the key 'data' is missing, so this run cannot be resumed");
        }
        return new RunArguments(source, node.path("data_folder").asString(""), offline);
    }

    /** The file, which must be there. */
    static Path require(Path runFolder) throws IOException {
        Path file = runFolder.resolve(FILE_NAME);
        if (!Files.exists(file)) {
            throw new IOException(file + ": there is no such file, so the run ended before it had written down what it"
                    + " runs on; delete the folder and begin the run again");
        }
        return file;
    }

    /** The command that a run began with, as it was typed; empty for a run from before this was written down. */
    static Optional<String> typed(Path runFolder) throws IOException {
        return tree(runFolder.resolve(FILE_NAME)).path(TYPED).asStringOpt().filter(text -> !text.isEmpty());
    }

    /** The digest of the whole dataset when the run began; empty for a run from before this was written down. */
    static Optional<String> dataDigest(Path runFolder) throws IOException {
        return tree(runFolder.resolve(FILE_NAME)).path(DIGEST).asStringOpt().filter(text -> !text.isEmpty());
    }

    static JsonNode tree(Path file) throws IOException {
        try {
            return YAML.readTree(YamlRecords.text(file));
        } catch (JacksonException e) {
            throw new IOException(file + ": is not YAML: " + e.getOriginalMessage(), e);
        }
    }

    String yaml(String typed, String model, String dataDigest, Map<String, String> overrides) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("command", "train");
        arguments.put(TYPED, typed);
        arguments.put("version", Versions.terzi());
        arguments.put("java", Runtime.version().toString());
        arguments.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        arguments.put("model", model);
        arguments.put("data", source);
        arguments.put("data_folder", folder);
        arguments.put(DIGEST, dataDigest);
        arguments.put("overrides", overrides);
        return YAML.writeValueAsString(arguments);
    }
}
