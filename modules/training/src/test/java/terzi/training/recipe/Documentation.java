package terzi.training.recipe;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.doctree.ValueTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The Javadoc of types and of the components of records, as plain text with names in {@code snake_case}. */
final class Documentation {
    private static final Pattern WORD = Pattern.compile("\\b(?!arXiv)[a-z]\\w*");

    private final Map<String, String> texts = new HashMap<>();

    /** @param folders with Java files, not searched below */
    static Documentation of(List<Path> folders) throws IOException {
        Documentation documentation = new Documentation();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<Path> files = folders.stream()
                    .flatMap(Documentation::list)
                    .filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
            JavacTask task = (JavacTask)
                    compiler.getTask(null, manager, null, List.of(), null, manager.getJavaFileObjectsFromPaths(files));
            for (CompilationUnitTree unit : task.parse()) {
                documentation.new Types(DocTrees.instance(task), unit.getPackageName() + ".").scan(unit, null);
            }
        }
        return documentation;
    }

    private static Stream<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first sentence on a type. */
    Optional<String> of(Class<?> type) {
        return Optional.ofNullable(texts.get(type.getCanonicalName()));
    }

    /** What the Javadoc of a record says of a component. */
    Optional<String> of(Class<?> type, String component) {
        return Optional.ofNullable(texts.get(type.getCanonicalName() + "#" + component));
    }

    private final class Types extends TreePathScanner<Void, Void> {
        private final DocTrees docs;
        private final String prefix;

        Types(DocTrees docs, String prefix) {
            this.docs = docs;
            this.prefix = prefix;
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            String name = prefix + type.getSimpleName();
            DocCommentTree comment = docs.getDocCommentTree(getCurrentPath());
            if (comment != null) {
                texts.put(name, text(name, comment.getFirstSentence()));
                for (DocTree tag : comment.getBlockTags()) {
                    if (tag instanceof ParamTree parameter) {
                        texts.put(name + "#" + parameter.getName(), text(name, parameter.getDescription()));
                    }
                }
            }
            Types inner = new Types(docs, name + ".");
            type.getMembers()
                    .forEach(member -> inner.scan(new com.sun.source.util.TreePath(getCurrentPath(), member), null));
            return null;
        }
    }

    private static String text(String type, List<? extends DocTree> parts) {
        String text = parts.stream().map(part -> plain(type, part)).collect(Collectors.joining());
        return WORD.matcher(text.replaceAll("\\s+", " ").strip()).replaceAll(word -> SnakeCase.of(word.group()));
    }

    private static String plain(String type, DocTree part) {
        if (part instanceof TextTree text) {
            return text.getBody();
        } else if (part instanceof LiteralTree literal) {
            return literal.getBody().getBody();
        } else if (part instanceof LinkTree link) {
            return link.getLabel().isEmpty()
                    ? link.getReference().getSignature().replaceFirst(".*[.#]", "")
                    : text(type, link.getLabel());
        } else if (part instanceof ValueTree value) {
            String[] reference = value.getReference().getSignature().split("#", -1);
            // a class without its package is of the same one
            String owner = reference[0].isEmpty() ? type : type.replaceFirst("\\b[A-Z].*$", reference[0]);
            return constant(owner, reference[1]);
        }
        return part.toString();
    }

    private static String constant(String type, String name) {
        try {
            return String.valueOf(Class.forName(type).getField(name).get(null));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type + "#" + name, e);
        }
    }
}
