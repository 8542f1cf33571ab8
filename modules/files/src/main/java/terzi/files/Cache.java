package terzi.files;

import java.nio.file.Path;
import java.util.Map;

/** The folder in which Terzi keeps downloaded files. */
public final class Cache {
    private Cache() {}

    /**
     * {@return the cache folder} It is the value of the environment variable {@code TERZI_CACHE} if that is set,
     * otherwise {@code terzi} in {@code XDG_CACHE_HOME}, otherwise {@code ~/.cache/terzi}. The folder may not exist
     * yet.
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
