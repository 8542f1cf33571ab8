package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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
