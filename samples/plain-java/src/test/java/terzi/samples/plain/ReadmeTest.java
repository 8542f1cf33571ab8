package terzi.samples.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java lines of the project's README are compiled and run as they stand there. */
class ReadmeTest {
    private static final Path ROOT = Path.of("../..");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void theJavaLinesOfTheReadmeClassifyASampleImage(@TempDir Path folder) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assumeTrue(compiler != null, "a Java runtime without a compiler");
        Path source = Files.writeString(folder.resolve("ClassifyImage.java"), javaBlock());
        assertEquals(0, compiler.run(null, null, null, "-proc:none", "-d", folder.toString(), source.toString()));

        String answer = run(
                folder,
                ROOT.resolve("models/fashion-mnist-deep/classifier.onnx"),
                ROOT.resolve("samples/images/trouser.png"));

        assertTrue(answer.startsWith("Trouser "), answer);
    }

    private static String javaBlock() throws Exception {
        Matcher block = JAVA_BLOCK.matcher(Files.readString(ROOT.resolve("README.md")));
        assertTrue(block.find(), "README.md has no ```java block");
        return block.group(1);
    }

    private static String run(Path classes, Path classifier, Path image) throws Exception {
        PrintStream console = System.out;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        URL[] urls = {classes.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(urls, ReadmeTest.class.getClassLoader())) {
            System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
            loader.loadClass("ClassifyImage").getMethod("main", String[].class).invoke(null, (Object)
                    new String[] {classifier.toString(), image.toString()});
        } finally {
            System.setOut(console);
        }
        return output.toString(StandardCharsets.UTF_8);
    }
}
