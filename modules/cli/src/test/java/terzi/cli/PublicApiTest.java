package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.util.JavacTask;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The public surface of the libraries, which applications compile against. It is written down in {@code src/api} of each module,
 * so that a change shows in review as lines that are removed (applications break) or added (they do not). After a wanted
 * change write it anew with {@code -Dterzi.api.write=true}.
 */
class PublicApiTest {

    private static final Path MODULES = Path.of("..");

    static List<String> libraries() {
        return List.of(
                "files",
                "onnx",
                "images",
                "data",
                "inference",
                "evaluation",
                "training",
                "export",
                "backbones",
                "runs");
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void thePublicSurfaceIsTheOneWrittenDown(String library) throws Exception {
        Path baseline = MODULES.resolve(library).resolve("src/api/terzi-" + library + ".txt");
        List<String> found = surface(library);
        if (Boolean.getBoolean("terzi.api.write")) {
            Files.createDirectories(baseline.getParent());
            Files.write(baseline, found);
        }
        List<String> expected = Files.readAllLines(baseline);
        TreeSet<String> removed = new TreeSet<>(expected);
        found.forEach(removed::remove);
        TreeSet<String> added = new TreeSet<>(found);
        expected.forEach(added::remove);
        assertTrue(
                removed.isEmpty() && added.isEmpty(),
                () -> "the public surface has changed; if that is wanted, run this test with -Dterzi.api.write=true and"
                        + " commit " + baseline + "\nremoved, which breaks applications:\n  "
                        + String.join("\n  ", removed) + "\nadded:\n  " + String.join("\n  ", added));
        assertEquals(expected, found);
    }

    private static List<String> surface(String library) throws Exception {
        List<String> lines = new ArrayList<>();
        for (JavaClass type : new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("terzi." + library)
                        .stream()
                        .sorted(Comparator.comparing(JavaClass::getName))
                        .toList()) {
            Class<?> loaded = Class.forName(type.getName(), false, PublicApiTest.class.getClassLoader());
            boolean isTemplate = loaded.getSimpleName().matches("Jte.+Generated");
            if (!loaded.isAnonymousClass() && !isTemplate && isPublic(loaded)) {
                describe(loaded, lines);
            }
        }
        return lines;
    }

    private static boolean isPublic(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getEnclosingClass() == null || isPublic(type.getEnclosingClass()));
    }

    private static void describe(Class<?> type, List<String> lines) {
        String above = Stream.concat(
                        Stream.ofNullable(type.getGenericSuperclass()).filter(parent -> parent != Object.class),
                        Arrays.stream(type.getGenericInterfaces()))
                .map(Type::getTypeName)
                .collect(Collectors.joining(", "));
        lines.add(type.toGenericString() + (above.isEmpty() ? "" : " : " + above));
        TreeSet<String> members = new TreeSet<>();
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            add(members, constructor, constructor.toGenericString());
        }
        for (Method method : type.getDeclaredMethods()) {
            boolean isOfEveryRecord =
                    type.isRecord() && Set.of("equals", "hashCode", "toString").contains(method.getName());
            if (!method.isBridge() && !isOfEveryRecord) {
                add(members, method, method.toGenericString());
            }
        }
        for (Field field : type.getDeclaredFields()) {
            add(members, field, field.toGenericString());
        }
        lines.addAll(members);
    }

    private static void add(Set<String> members, Member member, String text) {
        if (Modifier.isPublic(member.getModifiers()) && !member.isSynthetic()) {
            members.add("  " + text);
        }
    }

    /** Everything public has a comment with all its tags, and every link leads somewhere. */
    @ParameterizedTest
    @MethodSource("libraries")
    void everythingPublicIsDocumented(String library) throws IOException {
        assertEquals(List.of(), doclint(sources(library)));
    }

    private static List<Path> sources(String library) throws IOException {
        try (Stream<Path> files = Files.walk(MODULES.resolve(library).resolve("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    /** What javac says about sources, one line each. */
    private static List<String> doclint(List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(found, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null,
                    manager,
                    found,
                    List.of("-Xdoclint:all/protected", "-Xmaxwarns", "1000", "-proc:none"),
                    null,
                    manager.getJavaFileObjectsFromPaths(sources));
            task.analyze();
        }
        return found.getDiagnostics().stream()
                .filter(one -> one.getKind() == Diagnostic.Kind.WARNING || one.getKind() == Diagnostic.Kind.ERROR)
                .map(Object::toString)
                .toList();
    }

    @Test
    void whatIsNotDocumentedIsFound(@TempDir Path folder) throws IOException {
        Path source = Files.writeString(
                folder.resolve("Sample.java"),
                """
                /** A sample. */
                public final class Sample {
                    private Sample() {}

                    /** Adds one. */
                    public static int next(int number) {
                        return number + 1;
                    }

                    public static void nothing() {}

                    static void hidden() {}
                }
                """);
        List<String> problems = doclint(List.of(source));
        assertEquals(3, problems.size(), problems.toString());
        for (String expected : List.of("no @param for number", "no @return", "no comment")) {
            assertTrue(problems.stream().anyMatch(line -> line.contains(expected)), expected);
        }
    }
}
