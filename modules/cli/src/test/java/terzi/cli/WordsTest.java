package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import terzi.cli.terminal.Shell;
import terzi.cli.terminal.Streams;
import terzi.cli.terminal.Terminal;

/** Texts that people read use the words of the field: one for each thing, and plain English. */
class WordsTest {
    private static final Path ROOT = Path.of("../..");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");

    /** What is not written, and what is written instead. */
    private static final List<Slip> SLIPS = List.of(
            new Slip("\\b(?<![Tt]here )(?:is|are) no (?!longer|more|better|such|silent|paired)\\w+", "is not a …"),
            new Slip("\\b[Dd]ata sets?\\b", "dataset"),
            new Slip("\\b[Pp]ictures?\\b", "image"),
            new Slip("\\b[Ww]hoever\\b", "the user, the caller"),
            new Slip("\\b[Oo]ver-fit", "overfit"),
            new Slip("\\b1 (?:pairs|images|classes|epochs|steps|files|views)\\b", "1 pair"));

    /** Names that datasets of others have, by which their parts and columns are found. */
    private static final List<String> NAMES_OF_OTHERS = List.of("PartName.java", "DetectionLayout.java");

    private record Slip(Pattern found, String instead) {
        Slip(String found, String instead) {
            this(Pattern.compile(found), instead);
        }
    }

    private static List<Path> files(String folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList();
        }
    }

    private static void collect(String where, String text, List<String> slips) {
        for (Slip slip : SLIPS) {
            Matcher matcher = slip.found().matcher(text);
            while (matcher.find()) {
                slips.add(where + ": '" + matcher.group() + "', expected " + slip.instead());
            }
        }
    }

    @Test
    void messagesUseTheWordsOfTheField() throws IOException {
        List<String> slips = new ArrayList<>();
        for (Path source : files("modules", ".java")) {
            String name = source.getFileName().toString();
            if (!source.toString().contains("/src/main/") || NAMES_OF_OTHERS.contains(name)) {
                continue;
            }
            // what stands in the code beside the texts is JSON keys and names, which are told by having no space
            Matcher literal = LITERAL.matcher(Files.readString(source));
            while (literal.find()) {
                if (literal.group(1).contains(" ")) {
                    collect(name, literal.group(1), slips);
                }
            }
        }
        assertEquals(List.of(), slips);
    }

    /** Programs of others, and commands to go on with; the last ones stand in reports. */
    private static final List<String> WITH_OPTIONS = List.of(
            "'optimum-cli export onnx --model ",
            "terzi train --resume ",
            "terzi tune --resume ",
            " --start-over",
            " --no-test",
            " --data ",
            " --output ");

    private static final List<String> WITHOUT_MESSAGES =
            List.of("PackageClient.java", "Palette.java", "MatrixTable.java");

    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z]");
    private static final Pattern METHOD = Pattern.compile("with([A-Z]\\w*)\\(\\.\\.\\.\\)");

    /** The texts of the modules that a Java program may call without the command line. */
    private static Map<String, List<String>> textsOfTheLibrary() throws IOException {
        Map<String, List<String>> texts = new TreeMap<>();
        for (Path source : files("modules", ".java")) {
            boolean isOfCommands = source.toString().matches(".*/modules/(cli|bench)/.*");
            if (source.toString().contains("/src/main/") && !isOfCommands) {
                Matcher literal = LITERAL.matcher(Files.readString(source));
                texts.put(
                        source.getFileName().toString(),
                        literal.results().map(found -> found.group(1)).toList());
            }
        }
        return texts;
    }

    @Test
    void messagesOfTheLibraryNameNoOptionsOfTheCommandLine() throws IOException {
        List<String> found = new ArrayList<>();
        textsOfTheLibrary().forEach((file, texts) -> texts.stream()
                .filter(text -> !WITHOUT_MESSAGES.contains(file))
                .filter(text -> OPTION.matcher(text).find())
                .filter(text -> WITH_OPTIONS.stream().noneMatch(text::endsWith))
                .forEach(text -> found.add(file + ": " + text)));
        assertEquals(List.of(), found);
    }

    @Test
    void methodsThatMessagesNameExistAndAreOptions() throws IOException {
        Set<String> named = new TreeSet<>();
        textsOfTheLibrary()
                .values()
                .forEach(texts -> texts.forEach(
                        text -> METHOD.matcher(text).results().forEach(method -> named.add(method.group(1)))));
        assertTrue(named.contains("Data"), named.toString());
        Set<String> methods = new TreeSet<>();
        for (String module : List.of("backbones", "runs")) {
            for (Path surface : files("modules/" + module + "/src/api", ".txt")) {
                Pattern.compile("\\.with([A-Z]\\w*)\\(")
                        .matcher(Files.readString(surface))
                        .results()
                        .forEach(method -> methods.add(method.group(1)));
            }
        }
        Set<String> options = new TreeSet<>();
        collectOptions(
                Terzi.commandLine(new Streams(OUT, OUT, InputStream.nullInputStream(), Terminal.none())), options);
        for (String name : named) {
            assertTrue(methods.contains(name), "there is no method with" + name);
            String option = Shell.asCalled("with" + name + "(...)");
            assertTrue(options.contains(option), option);
        }
    }

    private static final PrintWriter OUT = new PrintWriter(Writer.nullWriter());

    private static void collectOptions(CommandLine command, Set<String> options) {
        options.addAll(command.getCommandSpec().optionsMap().keySet());
        command.getSubcommands().values().forEach(below -> collectOptions(below, options));
    }

    @Test
    void thePagesDo() throws IOException {
        List<String> slips = new ArrayList<>();
        for (Path page : files("docs", ".md")) {
            collect(page.getFileName().toString(), Files.readString(page), slips);
        }
        collect("README.md", Files.readString(ROOT.resolve("README.md")), slips);
        assertEquals(List.of(), slips);
    }
}
