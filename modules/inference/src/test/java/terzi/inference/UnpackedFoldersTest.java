package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of processes that live and that were killed; {@link CrashTest} kills one in the middle of the real thing. */
class UnpackedFoldersTest {

    @TempDir
    Path temporary;

    private UnpackedFolders folders;
    private Process other;

    @BeforeEach
    void startAnotherProcess() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/maps")), "Linux only");
        folders = new UnpackedFolders(temporary, Path.of("/proc"));
    }

    @AfterEach
    void killIt() throws Exception {
        if (other != null) {
            kill();
        }
    }

    @Test
    void aFolderStaysWhileItsProcessLivesAndGoesAfterItWasKilled() throws Exception {
        Path folder = start("keep");
        folders.clean();
        assertTrue(Files.exists(folder.resolve("libonnxruntime.so")), "taken from a living process");
        kill();
        folders.clean();
        assertEquals(List.of(), left());
    }

    @Test
    void aFolderThatAProcessWasStillFillingGoesUnlessALivingProcessMayHaveMadeIt() throws Exception {
        Path folder = start("fill");
        kill();
        Path stranger = Files.createDirectory(temporary.resolve("onnxruntime-java2"));
        Path library = stranger.resolve("libonnxruntime.so");
        try (var open = Files.newOutputStream(library)) {
            open.write(1);
            folders.clean();
        }
        assertFalse(Files.exists(folder), "litter of a dead process");
        assertTrue(Files.exists(library), "a library that somebody is writing");

        folder = start("fill");
        kill();
        Thread.sleep(100); // files are not stamped to the millisecond
        UnpackedFolders.Claim ours = folders.claim();
        Path mine = Files.createDirectory(temporary.resolve("onnxruntime-java3"));
        folders.clean();
        assertTrue(Files.exists(mine), "the folder that this process may be filling");
        assertFalse(Files.exists(folder), "litter of a dead process");
        ours.release();
    }

    @Test
    void aClaimCannotPointAnywhereElse() throws Exception {
        Path precious = Files.createDirectory(temporary.resolve("precious"));
        Files.write(precious.resolve("libmine.so"), new byte[1]);
        Path outside = Files.createTempDirectory(temporary.getParent(), "onnxruntime-java");
        Files.write(outside.resolve("libmine.so"), new byte[1]);
        for (Path target :
                List.of(precious, outside, temporary.resolve("precious/../../").resolve(outside.getFileName()))) {
            Files.writeString(temporary.resolve("terzi-onnxruntime-1-1.claim"), target.toString());
            folders.clean();
        }
        assertTrue(Files.exists(precious.resolve("libmine.so")));
        assertTrue(Files.exists(outside.resolve("libmine.so")));
        Files.delete(outside.resolve("libmine.so"));
        Files.delete(outside);
    }

    @Test
    void whatIsNoLibraryIsNotDeleted() throws Exception {
        Path folder = start("keep");
        Path note = Files.writeString(folder.resolve("note.txt"), "mine");
        kill();
        folders.clean();
        assertEquals(List.of(folder, note), left());
    }

    private Path start(String how) throws IOException {
        other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        UnpackedFoldersTest.class.getName(),
                        temporary.toString(),
                        how)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader reader = other.inputReader();
        return Path.of(String.valueOf(reader.readLine()));
    }

    private void kill() throws InterruptedException {
        other.destroyForcibly();
        assertTrue(other.waitFor(60, TimeUnit.SECONDS), "still running");
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.walk(temporary)) {
            return files.filter(file -> !file.equals(temporary)).sorted().toList();
        }
    }

    /** The other process: claims a folder, fills it, and waits to be killed. */
    public static void main(String[] arguments) throws Exception {
        Path temporary = Path.of(arguments[0]);
        UnpackedFolders.Claim claim = new UnpackedFolders(temporary, Path.of("/proc")).claim();
        Path folder = Files.createTempDirectory(temporary, "onnxruntime-java");
        Files.write(folder.resolve("libonnxruntime.so"), new byte[1000]);
        if (arguments[1].equals("keep")) {
            claim.keep(folder);
        }
        System.out.println(folder);
        System.out.flush();
        Thread.sleep(600_000);
    }
}
