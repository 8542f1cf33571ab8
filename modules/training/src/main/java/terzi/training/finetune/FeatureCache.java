package terzi.training.finetune;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What a frozen network gave for pictures, on disk: one small file for each (frozen network and preprocessing, view,
 * picture), found by SHA-256 digests of all three, so that a changed weight, setting or picture is a different entry.
 *
 * <p>Entries are written beside their place and moved there; a damaged one counts as missing. Several runs may share a
 * cache.
 */
public final class FeatureCache {
    private final Path folder;

    /** @param cache the folder that Terzi keeps fetched and computed things in; the entries lie in {@code features} */
    public FeatureCache(Path cache) {
        this.folder = cache.resolve("features");
    }

    /** Where the entries lie; need not exist yet. */
    public Path folder() {
        return folder;
    }

    /** Bytes of all entries. */
    @SuppressWarnings("DoNotCallSuggester") // filled next
    public long sizeBytes() throws IOException {
        throw new UnsupportedOperationException("not yet");
    }

    /** Removes all entries. Runs that use them compute what they miss anew. */
    @SuppressWarnings("DoNotCallSuggester") // filled next
    public void clear() throws IOException {
        throw new UnsupportedOperationException("not yet");
    }
}
