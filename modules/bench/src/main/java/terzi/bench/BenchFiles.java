package terzi.bench;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import terzi.files.RunFile;
import terzi.files.WholeFile;
import terzi.training.recipe.SnakeCase;
import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** The files of a report: {@code results.json}, which is read back, and {@code .csv}, {@code .md} and {@code .html} of it. */
final class BenchFiles {
    private static final String REMEDY =
            "; give a folder that 'terzi bench' wrote, or the " + RunFile.RESULTS + " in it";

    /** Exactly the records' components: what can be computed from them is not a part of the file. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .changeDefaultVisibility(visible -> visible.withIsGetterVisibility(Visibility.NONE))
            .build();

    private static final ObjectWriter WRITER =
            MAPPER.writer().with(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

    private BenchFiles() {}

    static String json(BenchReport report) {
        return WRITER.writeValueAsString(report) + "\n";
    }

    static void write(BenchReport report, Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
            WholeFile.text(RunFile.RESULTS_TABLE.in(folder), out -> BenchCsv.write(report, out));
            WholeFile.text(RunFile.RESULTS_TEXT.in(folder), out -> out.write(BenchMarkdown.of(report)));
            WholeFile.text(
                    RunFile.RESULTS_PAGE.in(folder),
                    out -> out.write(BenchPage.of(report).html()));
            // last: whoever finds it finds the others too
            WholeFile.text(RunFile.RESULTS.in(folder), out -> out.write(json(report)));
        } catch (AccessDeniedException denied) {
            throw new IOException(
                    "results folder " + folder + ": no permission to write; choose another folder or allow writing",
                    denied);
        } catch (IOException failed) {
            throw new IOException(
                    "results folder " + folder + ": cannot write, "
                            + failed.getClass().getSimpleName() + ": " + failed.getMessage(),
                    failed);
        }
    }

    static BenchReport read(Path fileOrFolder) throws IOException {
        Path file = Files.isDirectory(fileOrFolder) ? RunFile.RESULTS.in(fileOrFolder) : fileOrFolder;
        JsonNode tree = tree(file);
        JsonNode schema = tree.path("schema");
        if (!schema.isInt() || !tree.has("entries")) {
            throw new IOException(
                    file + ": expected results of 'terzi bench', found JSON without 'schema' and 'entries'" + REMEDY);
        }
        if (schema.intValue() != BenchReport.SCHEMA) {
            throw new IOException(file + ": expected results of schema " + BenchReport.SCHEMA + ", found schema "
                    + schema.intValue() + "; read them with the version of terzi that wrote them, or measure again");
        }
        try {
            return MAPPER.treeToValue(SnakeCase.keys(tree), BenchReport.class);
        } catch (JacksonException incomplete) {
            throw new IOException(
                    file + ": expected complete results of 'terzi bench', found " + incomplete.getOriginalMessage()
                            + "; measure again",
                    incomplete);
        }
    }

    private static JsonNode tree(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new IOException(file + ": expected results of 'terzi bench', found no such file" + REMEDY, missing);
        } catch (CharacterCodingException binary) {
            throw new IOException(file + ": expected JSON in UTF-8, found other bytes" + REMEDY, binary);
        }
        if (text.isBlank()) {
            throw new IOException(file + ": expected results of 'terzi bench', found an empty file; measure again");
        }
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException broken) {
            boolean begun = text.stripLeading().startsWith("{");
            throw new IOException(
                    file + ": expected JSON, found "
                            + (begun
                                    ? "a file that is damaged or cut off (" + broken.getOriginalMessage() + ", line "
                                            + broken.getLocation().getLineNr() + "); copy it again or measure again"
                                    : "something else" + REMEDY),
                    broken);
        }
    }
}
