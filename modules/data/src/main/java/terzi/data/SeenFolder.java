package terzi.data;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import terzi.files.FileNames;

/**
 * A folder as far as its layout is told from it: what lies directly in it, and whether there are images below. Every folder is
 * listed once, when something is asked that needs it.
 */
final class SeenFolder {
    private static final int DEPTH = 6;

    private final Path path;
    private final List<Path> folders;
    private final List<Path> files;
    private final List<DatasetReport.LeftOut> leftOut;
    private @Nullable List<SeenFolder> children;

    private SeenFolder(Path path, List<Path> folders, List<Path> files, List<DatasetReport.LeftOut> leftOut) {
        this.path = path;
        this.folders = folders;
        this.files = files;
        this.leftOut = leftOut;
    }

    static SeenFolder of(Path folder) throws IOException {
        List<Path> folders = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        List<DatasetReport.LeftOut> leftOut = new ArrayList<>();
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(all::add);
        }
        all.sort(Comparator.comparing(FileNames::last));
        for (Path child : all) {
            if (Files.isDirectory(child)) {
                Optional<String> why = Exclusions.ofFolder(child);
                if (why.isPresent()) {
                    leftOut.add(new DatasetReport.LeftOut(FileNames.last(child), why.get()));
                } else {
                    folders.add(child);
                }
            } else if (!Exclusions.hasFile(child)) {
                files.add(child);
            }
        }
        return new SeenFolder(folder, folders, files, leftOut);
    }

    /** As {@link #of}; one that may not be looked into seems empty. */
    private static SeenFolder ifReadable(Path folder) {
        try {
            return of(folder);
        } catch (IOException e) {
            return new SeenFolder(folder, List.of(), List.of(), List.of());
        }
    }

    Path path() {
        return path;
    }

    /** Files that are looked at, by name. */
    List<Path> files() {
        return files;
    }

    /** Sub-folders that are looked into, by name. */
    List<Path> folders() {
        return folders;
    }

    /** Sub-folders that are not looked into, named relative to this one. */
    List<DatasetReport.LeftOut> leftOut() {
        return leftOut;
    }

    private List<SeenFolder> children() {
        List<SeenFolder> known = children;
        if (known == null) {
            known = folders.stream().map(SeenFolder::ifReadable).toList();
            children = known;
        }
        return known;
    }

    String name() {
        return FileNames.last(path);
    }

    /** The name as a label is compared. */
    String label() {
        return Labels.normalized(name());
    }

    /** Images that lie directly in it. */
    int images() {
        return (int) files.stream().filter(FolderWalk::isCalledImage).count();
    }

    /** Whether images lie directly in it; where there is no folder below, any file may be one, whatever it is called. */
    boolean holdsImages() {
        return images() > 0 || (!files.isEmpty() && filled().isEmpty());
    }

    /** The sub-folders with at least one file in or below them. */
    List<SeenFolder> filled() {
        return children().stream().filter(SeenFolder::hasFiles).toList();
    }

    /** The sub-folders without any file. */
    List<SeenFolder> empty() {
        return children().stream().filter(child -> !child.hasFiles()).toList();
    }

    private boolean hasFiles() {
        return !files.isEmpty() || children().stream().anyMatch(SeenFolder::hasFiles);
    }

    /** Whether there is a file called like an image in or below it. */
    boolean reachesImages() {
        return reachesImages(DEPTH);
    }

    private boolean reachesImages(int depth) {
        return images() > 0 || (depth > 0 && children().stream().anyMatch(child -> child.reachesImages(depth - 1)));
    }

    /** The names of the sub-folders that have files, as labels are compared. */
    Set<String> classNames() {
        return filled().stream().map(SeenFolder::label).collect(Collectors.toCollection(TreeSet::new));
    }
}
