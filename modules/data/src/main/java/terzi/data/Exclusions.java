package terzi.data;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Folders and files that are never data: what operating systems, network storages, archives and development tools leave
 * behind, hidden ones, and the output of Terzi itself.
 */
final class Exclusions {
    private static final String SYNOLOGY = "kept by a Synology storage";
    private static final String QNAP = "kept by a QNAP storage";
    private static final String WINDOWS = "kept by Windows";
    private static final String MAC = "kept by macOS";
    private static final String TOOL = "kept by a development tool";
    private static final String SNAPSHOT = "snapshots of a storage";
    private static final String TRASH = "deleted files";

    private static final Map<String, String> FOLDERS = Map.ofEntries(
            Map.entry("@eadir", SYNOLOGY),
            Map.entry("@tmp", SYNOLOGY),
            Map.entry("@sharebin", SYNOLOGY),
            Map.entry("@transcode", QNAP),
            Map.entry("@__thumb", QNAP),
            Map.entry("@recycle", TRASH),
            Map.entry("@recently-snapshot", SNAPSHOT),
            Map.entry("#recycle", TRASH),
            Map.entry("#snapshot", SNAPSHOT),
            Map.entry("~snapshot", SNAPSHOT),
            Map.entry("$recycle.bin", TRASH),
            Map.entry("recycler", TRASH),
            Map.entry("system volume information", WINDOWS),
            Map.entry("$windows.~bt", WINDOWS),
            Map.entry("config.msi", WINDOWS),
            Map.entry("lost+found", "kept by the file system"),
            Map.entry("found.000", "kept by the file system"),
            Map.entry("__macosx", MAC),
            Map.entry("network trash folder", MAC),
            Map.entry("temporary items", MAC),
            Map.entry("__pycache__", TOOL),
            Map.entry("node_modules", TOOL));

    private static final Set<String> FILES =
            Set.of("thumbs.db", "thumbs.db:encryptable", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "icon\r");

    private Exclusions() {}

    /** Why a folder is not looked into; empty for one that is. */
    static Optional<String> ofFolder(Path folder) {
        String name = lower(folder);
        if (FOLDERS.containsKey(name)) {
            return Optional.of(FOLDERS.get(name));
        }
        if (isHidden(name)) {
            return Optional.of("hidden");
        }
        return OwnOutput.isFolder(folder) ? Optional.of(OwnOutput.WHY) : Optional.empty();
    }

    /** Whether a file is passed over. */
    static boolean hasFile(Path file) {
        String name = lower(file);
        return isHidden(name) || FILES.contains(name) || name.contains("@synoeastream");
    }

    private static boolean isHidden(String name) {
        return name.startsWith(".");
    }

    private static String lower(Path path) {
        return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    }
}
