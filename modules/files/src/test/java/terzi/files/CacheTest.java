package terzi.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheTest {
    @Test
    void theOwnVariableCountsBeforeTheSharedOneAndThatBeforeTheHomeFolder() {
        Map<String, String> both = Map.of("TERZI_CACHE", "/own", "XDG_CACHE_HOME", "/shared");
        assertEquals(Path.of("/own"), Cache.folder(both, "/home/me"));
        assertEquals(Path.of("/shared/terzi"), Cache.folder(Map.of("XDG_CACHE_HOME", "/shared"), "/home/me"));
        assertEquals(Path.of("/home/me/.cache/terzi"), Cache.folder(Map.of(), "/home/me"));
        Map<String, String> blank = Map.of("TERZI_CACHE", " ", "XDG_CACHE_HOME", "");
        assertEquals(Path.of("/home/me/.cache/terzi"), Cache.folder(blank, "/home/me"));
        assertEquals(Cache.folder(System.getenv(), System.getProperty("user.home")), Cache.folder());
    }
}
