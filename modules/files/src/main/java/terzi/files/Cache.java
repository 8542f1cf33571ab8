package terzi.files;

import java.nio.file.Path;
import java.util.Map;

/** Where Terzi keeps what it has fetched. */
public final class Cache {
    private Cache() {}

    /**
     * The folder named by the environment variable {@code TERZI_CACHE}; else {@code terzi} in {@code XDG_CACHE_HOME}; else
     * {@code ~/.cache/terzi}. It need not exist yet.
     */
    public static Path folder() {
        return folder(System.getenv(), System.getProperty("user.home", "."));
    }

    static Path folder(Map<String, String> environment, String home) {
        String own = environment.getOrDefault("TERZI_CACHE", "");
        if (!own.isBlank()) {
            return Path.of(own);
        }
        String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
        return shared.isBlank() ? Path.of(home, ".cache", "terzi") : Path.of(shared, "terzi");
    }
}
