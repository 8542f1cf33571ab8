package terzi.vision;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import terzi.vision.PictureFiles.Entry;
import terzi.vision.PictureFiles.Part;

/**
 * One sub-folder per class, either at once below the root or below {@code train}, {@code val} (or {@code valid},
 * {@code validation}) and {@code test}. Names starting with a dot are ignored. A class folder may be a link; links to
 * folders further down are not followed, so that no circle can form.
 */
final class ClassFolders {
    static final String LAYOUT =
            "expected <folder>/<class>/<pictures>, or the same below <folder>/train and optionally <folder>/val and"
                    + " <folder>/test";

    private ClassFolders() {}

    static DatasetSplits open(String name, Path root, DatasetOptions options) throws IOException {
        List<Entry> entries = new ArrayList<>();
        TreeSet<String> labels = new TreeSet<>();
        Path train = root.resolve("train");
        if (isDivided(root)) {
            if (!Files.isDirectory(train)) {
                throw new DatasetException(root + ": " + LAYOUT + "; found no folder train");
            }
            collect(root, train, Part.TRAIN, entries, labels);
            Path seen = null;
            for (String part : List.of("val", "valid", "validation")) {
                Path folder = root.resolve(part);
                if (Files.isDirectory(folder)) {
                    if (seen != null) {
                        throw new DatasetException(root + ": expected one folder for validation, found "
                                + seen.getFileName() + " and " + part + "; remove or rename one");
                    }
                    seen = folder;
                    requireKnown(root, folder, Part.VALIDATION, entries, labels);
                }
            }
            if (Files.isDirectory(root.resolve("test"))) {
                requireKnown(root, root.resolve("test"), Part.TEST, entries, labels);
            }
        } else {
            collect(root, root, Part.UNDIVIDED, entries, labels);
        }
        if (entries.isEmpty()) {
            throw new DatasetException(root + ": " + LAYOUT + "; found "
                    + (labels.isEmpty() ? "no sub-folder" : "no file in the folders " + labels));
        }
        return PictureFiles.open(name, List.copyOf(labels), entries, options);
    }

    /** A folder called train that holds folders itself; one that holds pictures is a class, of trains perhaps. */
    private static boolean isDivided(Path root) throws IOException {
        for (String part : List.of("train", "val", "valid", "validation", "test")) {
            if (Files.isDirectory(root.resolve(part))
                    && !children(root.resolve(part)).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static void requireKnown(Path root, Path folder, Part part, List<Entry> entries, Set<String> labels)
            throws IOException {
        TreeSet<String> here = new TreeSet<>();
        collect(root, folder, part, entries, here);
        here.removeAll(labels);
        if (!here.isEmpty()) {
            throw new DatasetException(folder + ": expected the classes of the training part, " + labels
                    + ", found also " + here + "; add training pictures for them or remove them here");
        }
    }

    private static void collect(Path root, Path folder, Part part, List<Entry> entries, Set<String> labels)
            throws IOException {
        for (Path classFolder : children(folder)) {
            String label = String.valueOf(classFolder.getFileName());
            labels.add(label);
            List<Path> files = new ArrayList<>();
            // a class folder that is a link is walked as what it links to
            Path start = Files.isSymbolicLink(classFolder) ? classFolder.toRealPath() : classFolder;
            Files.walkFileTree(start, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    return !directory.equals(start) && isHidden(directory)
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (!isHidden(file) && Files.isRegularFile(file)) {
                        files.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
            String prefix = slashes(root.relativize(classFolder)) + "/";
            files.stream()
                    .map(file -> new Entry(part, label, file, prefix + slashes(start.relativize(file))))
                    .sorted(Comparator.comparing(Entry::id))
                    .forEach(entries::add);
        }
    }

    /** The visible folders in a folder, by name. */
    private static List<Path> children(Path folder) throws IOException {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path path : stream) {
                if (Files.isDirectory(path) && !isHidden(path)) {
                    folders.add(path);
                }
            }
        }
        folders.sort(Comparator.comparing(path -> String.valueOf(path.getFileName())));
        return folders;
    }

    private static boolean isHidden(Path path) {
        String name = String.valueOf(path.getFileName());
        // the second is what archives from a Mac leave behind
        return name.startsWith(".")
                || name.equals("__MACOSX")
                || name.equals("Thumbs.db")
                || name.equals("desktop.ini");
    }

    private static String slashes(Path path) {
        return path.toString().replace(path.getFileSystem().getSeparator(), "/");
    }
}
