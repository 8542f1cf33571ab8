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
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Takes chosen files out of a {@code .tgz}. Nothing else is written, whatever the archive's entries are called. */
final class TarGz {
    private TarGz() {}

    /**
     * Unpacks the files into the folder.
     *
     * @param wanted paths in the archive; they must not lead out of the folder
     * @throws BackboneException if one is missing or the archive is damaged
     */
    static void unpack(Path archive, Set<String> wanted, Path folder) throws IOException {
        Set<String> missing = new TreeSet<>(wanted);
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(raw, 1 << 16))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile() && missing.remove(entry.getName())) {
                    Path target = folder.resolve(entry.getName()).normalize();
                    if (!target.startsWith(folder.normalize())) {
                        throw new BackboneException(archive + ": '" + entry.getName() + "' leads out of the folder");
                    }
                    Files.createDirectories(
                            Optional.ofNullable(target.getParent()).orElseThrow());
                    Files.copy(tar, target);
                }
            }
        } catch (ZipException | EOFException e) {
            throw new BackboneException(archive + ": is not a complete .tgz: " + e.getMessage(), e);
        }
        if (!missing.isEmpty()) {
            throw new BackboneException(archive + ": lacks " + missing);
        }
    }
}
