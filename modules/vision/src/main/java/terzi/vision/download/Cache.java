package terzi.vision.download;

import java.nio.file.Path;

/** Where Terzi keeps what it has fetched. */
public final class Cache {
    private Cache() {}

    /**
     * The folder named by the environment variable {@code TERZI_CACHE}; else {@code terzi} in {@code XDG_CACHE_HOME}; else
     * {@code ~/.cache/terzi}. It need not exist yet.
     */
    public static Path folder() {
        String own = System.getenv("TERZI_CACHE");
        if (own != null && !own.isBlank()) {
            return Path.of(own);
        }
        String shared = System.getenv("XDG_CACHE_HOME");
        if (shared != null && !shared.isBlank()) {
            return Path.of(shared, "terzi");
        }
        return Path.of(System.getProperty("user.home", "."), ".cache", "terzi");
    }
}
