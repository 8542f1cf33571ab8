package terzi.runs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Finds what belongs to a file by a part of its path, where the folders above it are called differently or have moved. */
final class PathEnds {
    private PathEnds() {}

    /**
     * The values by every end of their paths that only one path has: {@code cat/1.png} and {@code 1.png} of {@code
     * /photos/cat/1.png}. Whole paths are among them.
     *
     * @param byPath values by path, with slashes or backslashes
     */
    static <T> Map<String, T> of(Map<String, T> byPath) {
        Map<String, T> ends = new HashMap<>();
        Set<String> shared = new HashSet<>();
        byPath.forEach((key, value) -> {
            String path = key.replace('\\', '/');
            for (int at = 0; at >= 0; at = path.indexOf('/', at + 1)) {
                String end = path.startsWith("/", at) ? path.substring(at + 1) : path;
                if (ends.put(end, value) != null) {
                    shared.add(end);
                }
            }
        });
        ends.keySet().removeAll(shared);
        ends.putAll(byPath);
        return ends;
    }
}
