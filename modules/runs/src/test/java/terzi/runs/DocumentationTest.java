package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java programs of {@code docs/fine-tuning.md} are compiled and run as they stand there. */
class DocumentationTest {
    private static final Path PAGE = Path.of("../../docs/fine-tuning.md");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("^class (\\w+)", Pattern.MULTILINE);
    private static final int MOST_LINES = 15;

    @TempDir
    private static Path folder;

    private static final Map<String, String> PROGRAMS = new LinkedHashMap<>();

    private static Path images;
    private static String network;

    @BeforeAll
    static void compile() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assumeTrue(compiler != null, "a Java runtime without a compiler");
        Matcher block = JAVA_BLOCK.matcher(Files.readString(PAGE));
        while (block.find()) {
            Matcher name = CLASS.matcher(block.group(1));
            assertTrue(name.find(), block.group(1));
            PROGRAMS.put(name.group(1), block.group(1));
            Path source = Files.writeString(folder.resolve(name.group(1) + ".java"), block.group(1));
            String classPath = System.getProperty("java.class.path");
            assertEquals(
                    0,
                    compiler.run(
                            null,
                            null,
                            null,
                            "-proc:none",
                            "-cp",
                            classPath,
                            "-d",
                            folder.toString(),
                            source.toString()),
                    name.group(1));
        }
        images = Photos.folder(folder.resolve("photos"), 60);
        network = Photos.network(folder.resolve("network.onnx")).toString();
    }

    private static List<String> run(String program, String... arguments) throws Exception {
        PrintStream console = System.out;
        PrintStream errors = System.err;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        URL[] urls = {folder.toUri().toURL()};
        String work = System.getProperty("user.dir");
        try (URLClassLoader loader = new URLClassLoader(urls, DocumentationTest.class.getClassLoader())) {
            System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
            var main = loader.loadClass(program).getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            main.invoke(null, (Object) arguments);
        } finally {
            System.setOut(console);
            System.setErr(errors);
            Path runs = Path.of(work, "runs");
            if (Files.exists(runs)) {
                delete(runs);
            }
        }
        return output.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** The programs write into the current folder, as they would for a reader. */
    private static void delete(Path runs) throws IOException {
        try (var files = Files.walk(runs)) {
            files.map(Path::toFile)
                    .sorted(java.util.Comparator.comparing(File::getPath).reversed())
                    .forEach(File::delete);
        }
    }

    @Test
    void eachProgramIsShort() {
        assertEquals(3, PROGRAMS.size(), PROGRAMS.keySet().toString());
        PROGRAMS.forEach((name, text) ->
                assertTrue(text.lines().filter(line -> !line.isBlank()).count() <= MOST_LINES, name));
    }

    @Test
    void aFolderBecomesAClassifierWhichIsMeasured() throws Exception {
        List<String> lines = run(
                "FineTuneFolder",
                images.toString(),
                network,
                images.resolve("red/0.png").toString());
        assertTrue(lines.get(0).matches("[0-9.]+ % of \\d+ images correct \\(95 % interval .*\\)"), lines.toString());
        assertEquals("red", lines.get(1));

        FineTuned tuned = FineTuning.on(images)
                .withBackbone(network)
                .withFolder(folder.resolve("run"))
                .run();
        List<String> measured = run("EvaluateFile", tuned.classifier().toString(), images.toString());
        assertTrue(measured.get(0).contains(" of 60 images"), measured.toString());
        assertEquals(List.of("blue: recall 1.0", "green: recall 1.0", "red: recall 1.0"), measured.subList(1, 4));
    }

    @Test
    void crossValidationGivesOutOfFoldFiguresOfAllImages() throws Exception {
        List<String> lines = run("CrossValidate", images.toString(), network);
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.get(0).matches("out-of-fold: [0-9.]+ % of 60 images .*"), lines.get(0));
    }
}
