package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
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
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
            if (!loaded.isAnonymousClass() && isPublic(loaded)) {
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

    @ParameterizedTest
    @ValueSource(strings = {"inference"})
    void everythingPublicIsDocumented(String library) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> missing = new ArrayList<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null);
                Stream<Path> files = Files.walk(MODULES.resolve(library).resolve("src/main/java"))) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of(), null, manager.getJavaFileObjectsFromPaths(sources));
            DocTrees docs = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new Undocumented(docs, unit, missing).scan(unit, null);
            }
        }
        assertEquals(List.of(), missing, "public, and without Javadoc");
    }

    /** Collects what is public and has no Javadoc; what overrides or is private stays out. */
    private static final class Undocumented extends TreePathScanner<Void, Void> {
        private final DocTrees docs;
        private final CompilationUnitTree unit;
        private final List<String> missing;

        Undocumented(DocTrees docs, CompilationUnitTree unit, List<String> missing) {
            this.docs = docs;
            this.unit = unit;
            this.missing = missing;
        }

        private static boolean isPublic(ModifiersTree modifiers) {
            return modifiers.getFlags().contains(javax.lang.model.element.Modifier.PUBLIC);
        }

        private void require(ModifiersTree modifiers, String name) {
            boolean overrides = modifiers.getAnnotations().stream()
                    .anyMatch(annotation -> annotation.toString().contains("Override"));
            DocCommentTree comment = docs.getDocCommentTree(getCurrentPath());
            if (isPublic(modifiers) && !overrides && comment == null) {
                missing.add(unit.getSourceFile().getName().replaceAll(".*/", "") + ": " + name);
            }
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            require(type.getModifiers(), type.getSimpleName().toString());
            return isPublic(type.getModifiers()) ? super.visitClass(type, null) : null;
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            boolean isInRecord = getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
            if (!isInRecord || !method.getName().contentEquals("<init>")) { // the record says what it holds
                require(method.getModifiers(), method.getName().toString());
            }
            return null;
        }
    }
}
