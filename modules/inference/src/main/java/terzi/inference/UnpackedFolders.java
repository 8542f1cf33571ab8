package terzi.inference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import terzi.files.WholeFile;

/**
 * The folders that ONNX Runtime unpacks its libraries into, 27 MB each, and what to do about those whose process was killed
 * meanwhile. Each of our processes claims the folder that it is about to fill by a file beside it, which it keeps locked:
 * the kernel lets go of the lock when the process dies, however it dies. The next start removes the folders of claims that
 * nobody holds.
 *
 * <p>Linux only: there it can be seen whether a process still uses a folder.
 */
final class UnpackedFolders {

    private static final Log log = Log.of(UnpackedFolders.class);
    private static final String FOLDER = "onnxruntime-java";
    private static final String LIBRARY = "lib*.so";
    private static final Pattern CLAIM = Pattern.compile("terzi-onnxruntime-(\\d+)-(\\d+)\\.claim");

    /** A claim that names no folder is of a process that died while it unpacked, which takes less than this. */
    private static final long UNPACKING_MILLIS = 60_000;

    /** The clock that files are stamped by ticks less often. */
    private static final long CLOCKS_MILLIS = 20;

    /** The system tells the start of a process in whole seconds. */
    private static final long START_TOLERANCE_MILLIS = 2_000;

    private final Path temporary;
    private final Path processes;

    UnpackedFolders(Path temporary, Path processes) {
        this.temporary = temporary;
        this.processes = processes;
    }

    static UnpackedFolders ofThisMachine() {
        return new UnpackedFolders(Path.of(System.getProperty("java.io.tmpdir")), Path.of("/proc"));
    }

    /** What {@link #clean} and {@link #claim} do, with a note in the log where they cannot. */
    Optional<Claim> cleanAndClaim() {
        if (!Files.exists(processes.resolve("self/maps"))) {
            return Optional.empty();
        }
        try {
            clean();
            return Optional.of(claim());
        } catch (IOException | UncheckedIOException e) {
            log.debug("could not look for leftovers in {}", temporary, e);
            return Optional.empty();
        }
    }

    /** Says that a folder of this process is about to appear. */
    Claim claim() throws IOException {
        String name = "terzi-onnxruntime-" + System.currentTimeMillis() + "-"
                + ProcessHandle.current().pid();
        Path unlocked = temporary.resolve(name + ".new");
        FileChannel channel = FileChannel.open(unlocked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            channel.lock();
            // found by others only once it is locked
            Path file = temporary.resolve(name + ".claim");
            WholeFile.move(unlocked, file);
            return new Claim(file, channel);
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(unlocked);
            throw e;
        }
    }

    /** A locked file that says whose a folder is. */
    static final class Claim {
        private final Path file;
        private final FileChannel channel;

        Claim(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }

        /** The folder stays as long as this process lives; an orderly end removes both. */
        void keep(Path folder) {
            file.toFile().deleteOnExit();
            try {
                channel.write(ByteBuffer.wrap(folder.toString().getBytes(StandardCharsets.UTF_8)));
            } catch (IOException e) {
                log.debug("could not write {}", file, e);
            }
        }

        /** The folder is gone already. */
        void release() {
            try {
                Files.deleteIfExists(file);
                channel.close();
            } catch (IOException e) {
                log.debug("could not delete {}", file, e);
            }
        }
    }

    private record Seen(Path file, long millis) {}

    /** Removes the folders of claims that no living process holds. */
    void clean() throws IOException {
        List<Seen> living = new ArrayList<>();
        List<Seen> dead = new ArrayList<>();
        try (DirectoryStream<Path> claims = Files.newDirectoryStream(temporary, "terzi-onnxruntime-*.claim")) {
            for (Path file : claims) {
                Matcher name = CLAIM.matcher(file.getFileName().toString());
                if (name.matches() && isMine(file)) {
                    long millis = Long.parseLong(name.group(1));
                    boolean held = isOurs(Long.parseLong(name.group(2)), millis) || isHeld(file);
                    (held ? living : dead).add(new Seen(file, millis));
                }
            }
        }
        for (Seen claim : dead) {
            String named = Files.readString(claim.file());
            List<Path> folders = named.isEmpty() ? unpackedBy(claim, living) : List.of(Path.of(named));
            for (Path folder : folders) {
                remove(folder);
            }
            Files.deleteIfExists(claim.file());
        }
    }

    /**
     * Whether this very process claims it: then the file must not be opened, since closing it would let go of the lock. Another
     * process may have had the same number before, or have it in another container.
     */
    private static boolean isOurs(long process, long millis) {
        ProcessHandle current = ProcessHandle.current();
        return process == current.pid()
                && current.info()
                        .startInstant()
                        .map(start -> millis >= start.toEpochMilli() - START_TOLERANCE_MILLIS)
                        .orElse(true);
    }

    private static boolean isHeld(Path claim) throws IOException {
        try (FileChannel channel = FileChannel.open(claim, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true; // by this very process
        }
    }

    /** Folders filled just after the claim, unless a living process has them open or may have filled them. */
    private List<Path> unpackedBy(Seen claim, List<Seen> living) throws IOException {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> candidates = Files.newDirectoryStream(temporary, FOLDER + "*")) {
            for (Path folder : candidates) {
                long filled = Files.getLastModifiedTime(folder).toMillis();
                if (filled >= claim.millis() - CLOCKS_MILLIS
                        && filled <= claim.millis() + UNPACKING_MILLIS
                        && living.stream().noneMatch(other -> other.millis() <= filled + CLOCKS_MILLIS)
                        && !isInUse(folder)) {
                    folders.add(folder);
                }
            }
        }
        return folders;
    }

    /** Whether a process that can be seen has loaded a library of it, or is writing one. */
    private boolean isInUse(Path folder) throws IOException {
        String inside = folder.toRealPath() + "/";
        try (Stream<Path> all = Files.list(processes)) {
            return all.filter(process -> process.getFileName().toString().matches("\\d+"))
                    .anyMatch(process ->
                            mentions(process.resolve("maps"), inside) || opens(process.resolve("fd"), inside));
        }
    }

    private static boolean mentions(Path maps, String inside) {
        try (Stream<String> lines = Files.lines(maps, StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.contains(inside));
        } catch (IOException | UncheckedIOException e) {
            return false; // it has just ended, or is another user's, who has folders of his own
        }
    }

    private static boolean opens(Path descriptors, String inside) {
        try (Stream<Path> files = Files.list(descriptors)) {
            for (Path file : files.toList()) {
                if (Files.isSymbolicLink(file)
                        && Files.readSymbolicLink(file).toString().startsWith(inside)) {
                    return true;
                }
            }
        } catch (IOException | UncheckedIOException e) {
            return false; // the same
        }
        return false;
    }

    /** Only libraries are deleted, only right inside of a folder of ONNX Runtime's that is this user's. */
    private void remove(Path folder) throws IOException {
        if (!temporary
                        .toAbsolutePath()
                        .normalize()
                        .equals(folder.toAbsolutePath().normalize().getParent())
                || !folder.getFileName().toString().startsWith(FOLDER)
                || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                || !isMine(folder)) {
            return;
        }
        try (DirectoryStream<Path> libraries = Files.newDirectoryStream(folder, LIBRARY)) {
            for (Path library : libraries) {
                Files.deleteIfExists(library);
            }
        }
        try (Stream<Path> left = Files.list(folder)) {
            if (left.findAny().isPresent()) {
                return;
            }
        }
        Files.deleteIfExists(folder);
        log.info("removed {}, left behind by a process that was killed", folder);
    }

    private boolean isMine(Path file) throws IOException {
        return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(processes.resolve("self")));
    }
}
