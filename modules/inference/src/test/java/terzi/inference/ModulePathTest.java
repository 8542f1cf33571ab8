package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.files.WholeFile;
import terzi.images.Image;

/** An application that is a module requires ours and the JDK's with {@code BufferedImage}, and none of what ours uses. */
class ModulePathTest {

    /** What terzi-inference brings when it is a dependency. */
    private static final List<String> LIBRARIES = List.of(
            "onnxruntime", "slf4j-api", "jspecify", "imgscalr", "imageio-", "common-", "metadata-extractor", "xmpcore");

    @TempDir
    Path folder;

    private final List<Path> modulePath = new ArrayList<>();

    @BeforeEach
    void layOutTheModulePath() throws Exception {
        for (String entry : ChildJvm.classPath().toList()) {
            String name = Path.of(entry).getFileName().toString();
            if (LIBRARIES.stream().anyMatch(name::startsWith)) {
                modulePath.add(Path.of(entry).toAbsolutePath());
            }
        }
        module("terzi.files", WholeFile.class);
        module("terzi.images", Image.class);
        module("terzi.inference", ImageClassifier.class);
    }

    /** Our own modules are folders of classes here, but jars for applications. */
    private void module(String name, Class<?> member) throws Exception {
        Path classes = Path.of(
                member.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isRegularFile(classes)) {
            modulePath.add(classes);
            return;
        }
        Path target = folder.resolve(name + ".jar");
        modulePath.add(target);
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Automatic-Module-Name", name);
        try (OutputStream file = Files.newOutputStream(target);
                JarOutputStream jar = new JarOutputStream(file, manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path one : files.filter(Files::isRegularFile).toList()) {
                String entry = classes.relativize(one).toString().replace(File.separatorChar, '/');
                if (!entry.startsWith("META-INF/MANIFEST")) {
                    jar.putNextEntry(new JarEntry(entry));
                    Files.copy(one, jar);
                    jar.closeEntry();
                }
            }
        }
    }

    private ChildJvm run(String requires) throws Exception {
        Path source = Files.createDirectories(folder.resolve("source/app"));
        Files.writeString(folder.resolve("source/module-info.java"), "module app { " + requires + " }");
        Files.writeString(
                source.resolve("Main.java"),
                "package app; import java.nio.file.Path; import terzi.inference.ImageClassifier; public class Main { public static void main(String[] a) throws Exception {"
                        + " try (var c = ImageClassifier.load(Path.of(a[0]))) {"
                        + " System.out.println(c.classify(java.nio.file.Files.readAllBytes(Path.of(a[1])))); } } }");
        Path classes = Files.createDirectories(folder.resolve("classes"));
        String path = modulePath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiles = compiler.getTask(
                            problems,
                            files,
                            null,
                            List.of("-p", path, "-d", classes.toString(), "--release", "17"),
                            null,
                            files.getJavaFileObjects(
                                    folder.resolve("source/module-info.java"), source.resolve("Main.java")))
                    .call();
            assertTrue(compiles, problems.toString());
        }
        return ChildJvm.run(new ArrayList<>(List.of(
                "-p",
                path + File.pathSeparator + classes,
                "-m",
                "app/app.Main",
                FormatOne.PATH.toString(),
                image().toString())));
    }

    private Path image() throws IOException {
        Path png = folder.resolve("noise.png");
        BufferedImage image = new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB);
        image.setRGB(3, 3, 0xff0000);
        ImageIO.write(image, "png", png.toFile());
        return png;
    }

    @Test
    void requiringTheInferenceModuleIsEnough() throws Exception {
        ChildJvm jvm = run("requires terzi.inference; requires java.desktop;");
        assertEquals(0, jvm.exitCode(), jvm.output());
        assertTrue(jvm.output().contains(" %"), jvm.output());
    }

    @Test
    void anApplicationWithSlf4jRunsAsWell() throws Exception {
        ChildJvm jvm = run("requires terzi.inference; requires java.desktop; requires org.slf4j;");
        assertEquals(0, jvm.exitCode(), jvm.output());
        assertTrue(jvm.output().contains(" %"), jvm.output());
    }
}
