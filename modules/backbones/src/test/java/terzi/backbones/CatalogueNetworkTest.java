package terzi.backbones;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.files.Sha256;
import terzi.images.Preprocessing;
import terzi.onnx.codec.ModelFile;

/** The way from a package to the cache, with a package of a few kilobytes made here. */
class CatalogueNetworkTest {
    @TempDir
    Path folder;

    private Path archive;
    private Catalogue.PackageEntry entry;
    private BackboneOptions options;
    private final AtomicInteger checks = new AtomicInteger();

    @BeforeEach
    void makePackage() throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(
                "package/assets/labels.json",
                "{\"0\":\"a\",\"1\":\"b_c\",\"2\":\"a\",\"3\":\"d\",\"4\":\"e\"}".getBytes(StandardCharsets.UTF_8));
        files.put("../../evil.txt", new byte[] {1});
        Path model = Path.of(Objects.requireNonNull(getClass().getResource("/keras/tfjs/model.json"))
                .toURI());
        try (var parts = Files.list(Objects.requireNonNull(model.getParent()))) {
            for (Path part : parts.sorted().toList()) {
                files.put("package/net/" + part.getFileName(), Files.readAllBytes(part));
            }
        }
        archive = pack(files);
        files.remove("../../evil.txt");
        Map<String, String> digests = new LinkedHashMap<>();
        files.forEach((path, content) -> digests.put(path, Sha256.of(content)));
        BackboneCard card = new BackboneCard(
                "tiny",
                "a test",
                "npm:tiny-network@1.0.0",
                sha512(archive),
                "MIT",
                "",
                "",
                10,
                10,
                OptionalDouble.empty(),
                Preprocessing.plain(12, 12, Preprocessing.Channels.RGB),
                Optional.of(new GoldenLogits(16, List.of(1f, 2f, 3f, 4f, 5f), "a test")),
                BackboneCard.Use.defaults(),
                List.of());
        entry = new Catalogue.PackageEntry(
                card,
                PackageClient.NPM,
                "tiny-network@1.0.0",
                "tiny-network-1.0.0.tgz",
                "package/net/model.json",
                Optional.empty(),
                "package/assets/labels.json",
                digests);
        options = BackboneOptions.defaults()
                .withCache(folder.resolve("cache"))
                .withDownloads(BackboneOptions.Downloads.NEVER)
                .withCheck((backbone, image, logits) -> {
                    checks.incrementAndGet();
                    assertEquals(16, image.width());
                    assertArrayEquals(new float[] {1, 2, 3, 4, 5}, logits);
                });
    }

    @Test
    void aPackageIsVerifiedConvertedCheckedAndKept() throws IOException {
        Backbone made = open(options.withFrom(archive));
        assertEquals(List.of("a (0)", "b c", "a (2)", "d", "e"), made.labels());
        assertEquals(1, checks.get());
        Backbone cached = open(options);
        assertEquals(made.labels(), cached.labels());
        assertEquals(made.network().graph().nodes(), cached.network().graph().nodes());
        assertEquals(1, checks.get(), "what was checked is not checked again");
        assertFalse(Files.exists(folder.resolve("evil.txt")));
    }

    @Test
    void theFileMayLieInTheCacheFolder() throws IOException {
        Path place = Files.createDirectories(folder.resolve("cache/backbones")).resolve("tiny-network-1.0.0.tgz");
        BackboneException missing = assertThrows(BackboneException.class, () -> open(options));
        assertTrue(missing.getMessage().contains(place.toString()), missing.getMessage());
        assertTrue(missing.getMessage().contains("npm pack tiny-network@1.0.0"), missing.getMessage());
        Files.copy(archive, place);
        assertEquals(5, open(options).labels().size());
    }

    @Test
    void anUnpackedFolderWillDoIfEveryFileIsRight() throws IOException {
        Path unpacked = folder.resolve("unpacked");
        Files.createDirectories(unpacked);
        PackageArchive.unpack(PackageClient.NPM, archive, entry.files().keySet(), unpacked);
        assertEquals(5, open(options.withFrom(unpacked)).labels().size());
        assertEquals(
                5, open(options.withFrom(unpacked.resolve("package"))).labels().size());
        Files.writeString(unpacked.resolve("package/assets/labels.json"), "{}");
        BackboneException changed = assertThrows(BackboneException.class, () -> open(options.withFrom(unpacked)));
        assertTrue(changed.getMessage().contains("labels.json: its digest"), changed.getMessage());
    }

    @Test
    void anotherDigestStoresNothing() throws IOException {
        byte[] bytes = Files.readAllBytes(archive);
        bytes[bytes.length / 2] ^= 1;
        Files.write(archive, bytes);
        BackboneException wrong = assertThrows(BackboneException.class, () -> open(options.withFrom(archive)));
        assertTrue(wrong.getMessage().contains("nothing of it is used"), wrong.getMessage());
        assertTrue(wrong.getMessage().contains(entry.card().digest()), wrong.getMessage());
        assertNothingIsKept();
    }

    @Test
    void aWrongAnswerStoresNothing() throws IOException {
        BackboneOptions strict = options.withCheck((backbone, image, logits) -> {
            throw new IOException("off by 3");
        });
        BackboneException wrong = assertThrows(BackboneException.class, () -> open(strict.withFrom(archive)));
        assertTrue(wrong.getMessage().contains("off by 3"), wrong.getMessage());
        assertNothingIsKept();
    }

    @Test
    void whatWasMadeWithoutAnEngineIsCheckedByTheFirstThatHasOne() throws IOException {
        BackboneOptions without = new BackboneOptions(
                options.cache(),
                options.downloads(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                options.unknowns(),
                options.hub(),
                Set.of(),
                Optional.empty(),
                BackboneListener.NONE);
        open(without.withFrom(archive));
        assertEquals(0, checks.get());
        open(options);
        open(options);
        assertEquals(1, checks.get());
    }

    @Test
    void aDamagedFileInTheCacheIsMadeAnew() throws IOException {
        open(options.withFrom(archive));
        Path file = new CatalogueNetwork(entry, options).file();
        Files.writeString(file, "rubbish");
        assertThrows(BackboneException.class, () -> open(options), "offline, it cannot be made");
        Files.copy(archive, file.resolveSibling(entry.fileName()));
        assertEquals(5, open(options).labels().size());
    }

    @Test
    void aConvertedFileFromElsewhereIsTakenOverIfItsAnswerIsRight() throws IOException {
        Path elsewhere = folder.resolve("elsewhere.onnx");
        ModelFile.write(open(options.withFrom(archive)).network(), elsewhere);
        Backbone taken = open(options.withCache(folder.resolve("other")).withFrom(elsewhere));
        assertEquals(5, taken.labels().size());
        assertEquals(2, checks.get());
    }

    @Test
    void twoAtOnceMakeItOnce() throws IOException {
        Path place = Files.createDirectories(folder.resolve("cache/backbones")).resolve("tiny-network-1.0.0.tgz");
        Files.copy(archive, place);
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return open(options).labels().size();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }));
        }
        all.forEach(one -> assertEquals(5, one.join()));
        assertEquals(1, checks.get());
    }

    private Backbone open(BackboneOptions with) throws IOException {
        return new CatalogueNetwork(entry, with).open();
    }

    private void assertNothingIsKept() throws IOException {
        try (var files = Files.list(folder.resolve("cache/backbones"))) {
            assertEquals(
                    List.of(),
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.endsWith(".lock"))
                            .toList());
        }
    }

    private Path pack(Map<String, byte[]> files) throws IOException {
        Path target = folder.resolve("some.tgz");
        try (OutputStream out = Files.newOutputStream(target);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry tarEntry = new TarArchiveEntry(file.getKey());
                tarEntry.setSize(file.getValue().length);
                tar.putArchiveEntry(tarEntry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return target;
    }

    private static String sha512(Path file) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(file));
        return "sha512-" + Base64.getEncoder().encodeToString(digest);
    }
}
