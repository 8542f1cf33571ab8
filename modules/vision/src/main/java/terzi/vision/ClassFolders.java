package terzi.vision;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import terzi.vision.PictureException.Kind;
import terzi.vision.PictureFiles.Entry;
import terzi.vision.PictureFiles.Part;

/**
 * One sub-folder per class, either at once below the root or below {@code train}, {@code val} (or {@code valid},
 * {@code validation}) and {@code test}. Below a class folder pictures may lie at any depth: the folder at the first level
 * names the class. What operating systems leave behind (names starting with a dot, {@code Thumbs.db}) is passed over. A
 * class folder may be a link, but not to a folder around the data set; links to folders further down are not followed, so
 * that no circle can form. Pictures outside of class folders, links and folders that cannot be followed are reported.
 */
final class ClassFolders {
    static final String LAYOUT =
            "expected <folder>/<class>/<pictures>, or the same below <folder>/train and optionally <folder>/val and"
                    + " <folder>/test";

    private final Path root;
    private final List<Entry> entries = new ArrayList<>();
    private final List<DatasetReport.Skipped> skipped = new ArrayList<>();
    private final TreeSet<String> emptyClasses = new TreeSet<>();

    private ClassFolders(Path root) {
        this.root = root;
    }

    static DatasetSplits open(String name, Path root, DatasetOptions options) throws IOException {
        return new ClassFolders(root).open(name, options);
    }

    private DatasetSplits open(String name, DatasetOptions options) throws IOException {
        TreeSet<String> labels = new TreeSet<>();
        Path train = root.resolve("train");
        if (isDivided(root)) {
            if (!Files.isDirectory(train)) {
                throw new DatasetException(root + ": " + LAYOUT + "; found no folder train");
            }
            collect(train, Part.TRAIN, labels);
            Path seen = null;
            for (String part : List.of("val", "valid", "validation")) {
                Path folder = root.resolve(part);
                if (Files.isDirectory(folder)) {
                    if (seen != null) {
                        throw new DatasetException(root + ": expected one folder for validation, found "
                                + seen.getFileName() + " and " + part + "; remove or rename one");
                    }
                    seen = folder;
                    requireKnown(folder, Part.VALIDATION, labels);
                }
            }
            if (Files.isDirectory(root.resolve("test"))) {
                requireKnown(root.resolve("test"), Part.TEST, labels);
            }
        } else {
            collect(root, Part.UNDIVIDED, labels);
        }
        if (entries.isEmpty()) {
            throw new DatasetException(root + ": " + LAYOUT + "; found " + whatIsThere());
        }
        return PictureFiles.open(
                name, List.copyOf(labels), entries, new DatasetReport(skipped, List.copyOf(emptyClasses)), options);
    }

    private String whatIsThere() {
        long loose = skipped.stream().filter(s -> s.reason() == Kind.NO_CLASS).count();
        String folders = emptyClasses.isEmpty() ? "no sub-folder" : "no file in the folders " + emptyClasses;
        return loose == 0
                ? folders
                : loose + (loose == 1 ? " picture" : " pictures") + " outside of class folders and " + folders
                        + "; move the pictures of each class into a sub-folder named after it";
    }

    /** A folder called train that holds folders itself; one that holds pictures is a class, of trains perhaps. */
    private static boolean isDivided(Path root) throws IOException {
        for (String part : List.of("train", "val", "valid", "validation", "test")) {
            Path folder = root.resolve(part);
            if (Files.isDirectory(folder) && children(folder).stream().anyMatch(Files::isDirectory)) {
                return true;
            }
        }
        return false;
    }

    private void requireKnown(Path folder, Part part, Set<String> labels) throws IOException {
        TreeSet<String> here = new TreeSet<>();
        collect(folder, part, here);
        here.removeAll(labels);
        if (!here.isEmpty()) {
            throw new DatasetException(folder + ": expected the classes of the training part, " + labels
                    + ", found also " + here + "; add training pictures for them or remove them here");
        }
    }

    private void collect(Path folder, Part part, Set<String> labels) throws IOException {
        for (Path child : children(folder)) {
            if (Files.isDirectory(child)) {
                collectClass(child, part, labels);
            } else if (isCalledPicture(child)) {
                skip(child, Kind.NO_CLASS, "the picture lies in no class folder; move it into one");
            } else if (Files.isSymbolicLink(child) && !Files.exists(child)) {
                skip(child, Kind.MISSING, "the link leads to nothing, or back to itself");
            }
        }
    }

    private void collectClass(Path classFolder, Part part, Set<String> labels) throws IOException {
        // a class folder that is a link is walked as what it links to
        Path start = Files.isSymbolicLink(classFolder) ? classFolder.toRealPath() : classFolder;
        if (!start.equals(classFolder) && root.toRealPath().startsWith(start)) {
            skip(classFolder, Kind.MISSING, "the link leads to a folder around the data set");
            return;
        }
        String label = String.valueOf(classFolder.getFileName());
        String prefix = slashes(root.relativize(classFolder)) + "/";
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(start, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return !directory.equals(start) && isHidden(directory)
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (isHidden(file)) {
                    return FileVisitResult.CONTINUE;
                }
                if (Files.isDirectory(file)) {
                    skip(file, Kind.MISSING, "links to folders are not followed inside of a class");
                } else {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                skip(
                        file,
                        Kind.MISSING,
                        failure instanceof AccessDeniedException
                                ? "this user may not look into it"
                                : "cannot be looked at (" + failure.getClass().getSimpleName() + ")");
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
                if (failure != null) {
                    skip(directory, Kind.MISSING, "could not be listed to its end (" + failure.getMessage() + ")");
                }
                return FileVisitResult.CONTINUE;
            }
        });
        if (files.isEmpty()) {
            emptyClasses.add(slashes(root.relativize(classFolder)));
            return;
        }
        labels.add(label);
        files.stream()
                .map(file -> new Entry(part, label, file, prefix + slashes(start.relativize(file))))
                .sorted(Comparator.comparing(Entry::id))
                .forEach(entries::add);
    }

    private void skip(Path path, Kind reason, String why) {
        String id = path.startsWith(root) ? slashes(root.relativize(path)) : path.toString();
        skipped.add(new DatasetReport.Skipped(id, reason, path + ": " + why));
    }

    /** What is visible in a folder, by name. */
    private static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path path : stream) {
                if (!isHidden(path)) {
                    children.add(path);
                }
            }
        }
        children.sort(Comparator.comparing(path -> String.valueOf(path.getFileName())));
        return children;
    }

    private static boolean isCalledPicture(Path path) {
        return String.valueOf(path.getFileName())
                .toLowerCase(Locale.ROOT)
                .matches(".*\\.(jpe?g|jfif|png|webp|gif|bmp)");
    }

    private static boolean isHidden(Path path) {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        // the second is what archives from a Mac leave behind, the last a Mac's folder icon
        return name.startsWith(".")
                || name.equals("__macosx")
                || name.equals("thumbs.db")
                || name.equals("ehthumbs.db")
                || name.equals("desktop.ini")
                || name.equals("icon\r");
    }

    private static String slashes(Path path) {
        return path.toString().replace(path.getFileSystem().getSeparator(), "/");
    }
}
