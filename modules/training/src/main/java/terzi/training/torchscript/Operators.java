package terzi.training.torchscript;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The ONNX operators that can be trained: each by domain, name and the opset version since which its meaning holds.
 *
 * <p>To add one, write it in the class of its family and add a line to that class's {@code register}; a new family adds a line to {@link #all}.
 */
final class Operators {

    private record Key(String domain, String name) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byDomain = domain.compareTo(other.domain);
            return byDomain != 0 ? byDomain : name.compareTo(other.name);
        }

        @Override
        public String toString() {
            return domain.isEmpty() ? name : domain + "." + name;
        }
    }

    private static final Operators ALL = all();

    private final Map<Key, NavigableMap<Long, Operator>> versions = new TreeMap<>();

    Operators() {}

    private static Operators all() {
        Operators operators = new Operators();
        Convolutions.register(operators);
        Poolings.register(operators);
        Normalizations.register(operators);
        Activations.register(operators);
        Linear.register(operators);
        Arithmetic.register(operators);
        Logic.register(operators);
        Reductions.register(operators);
        Shapes.register(operators);
        Layouts.register(operators);
        Indexing.register(operators);
        Resizing.register(operators);
        Constants.register(operators);
        return operators;
    }

    /** The one list of everything that is supported. */
    static Operators standard() {
        return ALL;
    }

    /** Registers an operator of ONNX's own domain. */
    void add(String name, long sinceVersion, Operator operator) {
        add("", name, sinceVersion, operator);
    }

    /**
     * Registers an operator.
     *
     * @throws IllegalStateException if it is registered already
     */
    void add(String domain, String name, long sinceVersion, Operator operator) {
        Key key = new Key(domain, name);
        if (versions.computeIfAbsent(key, k -> new TreeMap<>()).putIfAbsent(sinceVersion, operator) != null) {
            throw new IllegalStateException(
                    "operator " + key + " since opset " + sinceVersion + " is registered twice");
        }
    }

    /** The operator as an opset defines it. */
    Optional<Operator> find(String domain, String name, long opset) {
        NavigableMap<Long, Operator> byVersion = versions.get(new Key(domain, name));
        return byVersion == null
                ? Optional.empty()
                : Optional.ofNullable(byVersion.floorEntry(opset)).map(Map.Entry::getValue);
    }

    /** The first opset whose form of the operator is supported. */
    Optional<Long> oldest(String domain, String name) {
        return Optional.ofNullable(versions.get(new Key(domain, name))).map(NavigableMap::firstKey);
    }

    /** The names of all operators in alphabetical order; those of other domains carry the domain. */
    Iterable<String> names() {
        return versions.keySet().stream().map(Key::toString).toList();
    }

    /** The names for a message. */
    String list() {
        return versions.keySet().stream().map(Key::toString).collect(Collectors.joining(", "));
    }
}
