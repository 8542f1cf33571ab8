package terzi.backbones;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import terzi.files.FileLocks;
import terzi.files.WholeFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The digests of files whose card has none, as they were at their first download (trust on first use). They are kept in a JSON file
 * of the cache, which people may edit: {@code {"hf:owner/name/path": {"sha256": "...", "date": "...", "source": "..."}}}.
 */
final class TrustedDigests {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path file;

    /** @param folder of the cached backbones */
    TrustedDigests(Path folder) {
        this.file = folder.resolve("trusted-digests.json");
    }

    /**
     * A digest and its origin.
     *
     * @param sha256 64 hexadecimal digits
     * @param date day of the first download, such as {@code 2026-12-01}
     * @param source address of the first download
     */
    record Entry(String sha256, String date, String source) {}

    Path file() {
        return file;
    }

    /** The digest that was kept under a name; empty if there is none. */
    Optional<Entry> find(String name) throws IOException {
        return Optional.ofNullable(read().get(name))
                .map(entry -> new Entry(
                        entry.path("sha256").asString(""),
                        entry.path("date").asString(""),
                        entry.path("source").asString("")))
                .filter(entry -> !entry.sha256().isEmpty());
    }

    /** Keeps a digest under a name. */
    void keep(String name, Entry entry) throws IOException {
        FileLocks.holding(file, () -> {
            ObjectNode all = read();
            all.putObject(name)
                    .put("sha256", entry.sha256())
                    .put("date", entry.date())
                    .put("source", entry.source());
            WholeFile.text(file, out -> out.write(all.toPrettyString() + "\n"));
            return entry;
        });
    }

    private ObjectNode read() throws IOException {
        if (!Files.isRegularFile(file)) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode object) {
                return object;
            }
            throw new BackboneException(damaged());
        } catch (JacksonException e) {
            throw new BackboneException(damaged(), e);
        }
    }

    private String damaged() {
        return file
                + ": is not a JSON object, so no digest in it can be compared; repair it, or delete it to trust the next"
                + " downloads again";
    }
}
