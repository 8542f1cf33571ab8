package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.cli.terminal.ExitCode;

/**
 * Runs the launcher in a checkout of its own, whose path has spaces and more than ASCII in it. A stand-in for Maven puts
 * this test's class path where the real build puts one, so that a build takes no time.
 */
class LauncherTest {
    private static final Path LAUNCHER = Path.of("../../terzi").toAbsolutePath().normalize();

    private static final String CLASS_PATH = Stream.of(
                    System.getProperty("java.class.path").split(":"))
            .map(entry -> Path.of(entry).toAbsolutePath().normalize().toString())
            .collect(Collectors.joining(":"));

    @TempDir
    Path temporary;

    private Path root;
    private Path tools;
    private final Map<Process, List<Path>> outputs = new HashMap<>();

    @BeforeEach
    void layOutACheckout() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no POSIX shell here");
        root = Files.createDirectories(temporary.resolve("a folder, \"çaydanlık\" & $more"));
        Files.copy(LAUNCHER, root.resolve("terzi"));
        executable(root.resolve("terzi"));
        Files.createDirectories(root.resolve("modules/cli/src/main/java"));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Files.writeString(root.resolve("modules/cli/pom.xml"), "<project/>");
        tools = Files.createDirectories(temporary.resolve("tools"));
        maven(
                """
                mkdir -p "$target/dist"
                : >"$target/terzi-cli-0.jar"
                printf '%s' "$TEST_CLASS_PATH" >"$target/dist/class-path"
                echo '[INFO] Building Terzi command line 0 [1/1]'
                """);
    }

    private void maven(String body) throws IOException {
        Path mvn = tools.resolve("mvn");
        Files.writeString(
                mvn,
                "#!/bin/sh\necho built >>\"" + temporary + "/builds\"\ntarget='" + root + "/modules/cli/target'\n"
                        + body);
        executable(mvn);
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private long builds() throws IOException {
        Path builds = temporary.resolve("builds");
        return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
    }

    private record Ended(int exitCode, String out, String err) {}

    private Process begin(Path folder, Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        Map<String, String> all = builder.environment();
        all.put("PATH", tools + ":" + all.get("PATH"));
        all.put("JAVA_HOME", System.getProperty("java.home"));
        all.put("TEST_CLASS_PATH", CLASS_PATH);
        all.remove("LC_ALL");
        all.remove("LANG"); // as in a bare container: the launcher must see to UTF-8 itself
        all.put("TERZI_FAST_START", "no"); // preparing it runs every engine once
        all.put("TERZI_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"); // a JVM that lives for a second
        all.putAll(environment);
        Path out = Files.createTempFile(temporary, "out", "");
        Path err = Files.createTempFile(temporary, "err", "");
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        Process process = builder.start();
        process.getOutputStream().close();
        outputs.put(process, List.of(out, err));
        return process;
    }

    private Ended end(Process process) throws IOException, InterruptedException {
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "the launcher hangs");
        List<Path> files = outputs.get(process);
        return new Ended(
                process.exitValue(),
                Files.readString(files.get(0), StandardCharsets.UTF_8),
                Files.readString(files.get(1), StandardCharsets.UTF_8));
    }

    private Ended run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(root.resolve("terzi").toString()));
        command.addAll(List.of(arguments));
        return end(begin(temporary, Map.of(), command));
    }

    @Test
    void theFirstUseBuildsAndSaysSoAndTheSecondOnlyStarts() throws Exception {
        Ended first = run("--version");
        assertEquals(0, first.exitCode(), first.err());
        assertTrue(first.out().startsWith("terzi "), first.out());
        assertTrue(first.err().contains("terzi: building"), first.err());

        Ended second = run("--version");
        assertEquals("", second.err());
        assertEquals(first.out(), second.out());
        assertEquals(1, builds());
    }

    @Test
    void worksFromAnotherFolderAndThroughLinks() throws Exception {
        run("--version");
        Path elsewhere = Files.createDirectories(temporary.resolve("else where"));
        Path link = Files.createSymbolicLink(temporary.resolve("linked terzi"), root.resolve("terzi"));
        Path relative = Files.createSymbolicLink(elsewhere.resolve("again"), Path.of("../linked terzi"));
        for (List<String> command : List.of(
                List.of(link.toString(), "--version"),
                List.of("./again", "--version"),
                List.of("sh", relative.toString(), "--version"))) {
            Ended ended = end(begin(elsewhere, Map.of(), command));
            assertEquals(0, ended.exitCode(), ended.err());
            assertTrue(ended.out().startsWith("terzi "), ended.out());
        }
        assertEquals(1, builds());
    }

    @Test
    void argumentsArriveUnchanged() throws Exception {
        Ended ended = run("inspect", "no such * \"file\" $HOME ünïcödé.onnx", "--json");
        assertEquals(ExitCode.FAILURE, ended.exitCode());
        assertTrue(
                ended.out().contains("no such * \\\"file\\\" $HOME ünïcödé.onnx: there is no such file"), ended.out());
    }

    @Test
    void aNewerSourceMeansANewBuild() throws Exception {
        run("--version");
        Files.writeString(root.resolve("modules/cli/src/main/java/New.java"), "class New {}");
        Files.setLastModifiedTime(
                root.resolve("modules/cli/src/main/java/New.java"),
                FileTime.from(Instant.now().plusSeconds(5)));
        Ended ended = run("--version");
        assertEquals(0, ended.exitCode());
        assertTrue(ended.err().contains("sources changed"), ended.err());
        assertEquals(2, builds());
        Files.setLastModifiedTime(
                root.resolve("modules/cli/src/main/java/New.java"),
                FileTime.from(Instant.now().minusSeconds(3600)));
        Files.setLastModifiedTime(
                root.resolve("modules/cli/src/main/java"),
                FileTime.from(Instant.now().minusSeconds(3600)));
        assertEquals("", run("--version").err());
    }

    @Test
    void aSourceFromTheFutureDoesNotMeanABuildAtEveryStart() throws Exception {
        Path source = root.resolve("modules/cli/src/main/java/Future.java");
        Files.writeString(source, "class Future {}");
        FileTime future = FileTime.from(Instant.now().plusSeconds(86_400));
        Files.setLastModifiedTime(source, future);
        Files.setLastModifiedTime(root.resolve("modules/cli/src/main/java"), future);
        run("--version");
        assertEquals("", run("--version").err());
        assertEquals(1, builds());
        // an edit still counts, of this file and of another
        Files.writeString(source, "class Future { int edited; }");
        Files.setLastModifiedTime(source, future);
        assertTrue(run("--version").err().contains("sources changed"));
        assertEquals("", run("--version").err());
        Path other = root.resolve("modules/cli/src/main/java/Other.java");
        Files.writeString(other, "class Other {}");
        Files.setLastModifiedTime(other, FileTime.from(Instant.now().plusSeconds(5)));
        assertTrue(run("--version").err().contains("sources changed"));
        assertEquals(3, builds());
    }

    @Test
    void aJarThatIsGoneIsNamedWithTheRemedy() throws Exception {
        Path jar = Files.createFile(temporary.resolve("of the repository.jar"));
        Map<String, String> withJar = Map.of("TEST_CLASS_PATH", CLASS_PATH + ":" + jar);
        String terzi = root.resolve("terzi").toString();
        Ended first = end(begin(temporary, withJar, List.of(terzi, "--version")));
        assertEquals(0, first.exitCode(), first.err());
        Files.delete(jar);
        Ended gone = end(begin(temporary, withJar, List.of(terzi, "doctor", "--json")));
        assertEquals(ExitCode.FAILURE, gone.exitCode());
        assertEquals(1, gone.err().lines().count(), gone.err());
        assertTrue(gone.err().contains("of the repository.jar is missing"), gone.err());
        assertTrue(gone.err().contains("build again: rm "), gone.err());
        String message = new Cli(gone.exitCode(), gone.out(), gone.err()).jsonError();
        assertTrue(message.contains("of the repository.jar is missing"), gone.out());
        // the remedy, taken at its word
        Files.delete(root.resolve("modules/cli/target/dist/built"));
        assertEquals(0, run("--version").exitCode());
    }

    @Test
    void aFailedBuildShowsItsErrorsAndItsLog() throws Exception {
        maven("echo '[INFO] noise'\necho '[ERROR] Terzi.java:[1,1] something is wrong'\nexit 1\n");
        Ended ended = run("--help");
        assertEquals(ExitCode.FAILURE, ended.exitCode());
        assertEquals("", ended.out());
        assertTrue(ended.err().contains("[ERROR] Terzi.java:[1,1] something is wrong"), ended.err());
        assertFalse(ended.err().contains("noise"), ended.err());
        assertTrue(ended.err().contains("dist.log"), ended.err());
        assertFalse(Files.exists(root.resolve("modules/cli/target/dist.lock")), "the lock is left behind");
    }

    @Test
    void twoFirstUsesAtOnceBuildOnce() throws Exception {
        String slowly = Files.readString(tools.resolve("mvn"));
        Files.writeString(tools.resolve("mvn"), slowly + "sleep 2\n");
        List<String> command = List.of(root.resolve("terzi").toString(), "--version");
        List<Process> both = List.of(begin(temporary, Map.of(), command), begin(root, Map.of(), command));
        for (Process process : both) {
            Ended ended = end(process);
            assertEquals(0, ended.exitCode(), ended.err());
            assertTrue(ended.out().startsWith("terzi "), ended.out());
        }
        assertEquals(1, builds());
    }

    @Test
    void theLockOfAKilledBuildIsTakenOver() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Path lock = Files.createDirectories(root.resolve("modules/cli/target/dist.lock"));
        Files.writeString(lock.resolve("pid"), gone.pid() + "\n");
        Ended ended = run("--version");
        assertEquals(0, ended.exitCode(), ended.err());
        assertEquals(1, builds());
    }

    @Test
    void aFastStartIsPreparedOnceAndIsNoConditionForStarting() throws Exception {
        Map<String, String> fast = Map.of("TERZI_FAST_START", "yes");
        List<String> command = List.of(root.resolve("terzi").toString(), "--version");
        Ended first = end(begin(temporary, fast, command));
        assertEquals(0, first.exitCode(), first.err());
        assertTrue(first.err().contains("preparing a fast start"), first.err());
        // this class path has folders, which the JVM cannot archive: it must start all the same, and not try again
        Ended second = end(begin(temporary, fast, command));
        assertEquals(0, second.exitCode(), second.err());
        assertEquals("", second.err());
        assertEquals(first.out(), second.out());
    }

    @Test
    void anOldJavaIsRefusedByName() throws Exception {
        Path old = temporary.resolve("jdk 11");
        Files.createDirectories(old.resolve("bin"));
        Files.writeString(old.resolve("bin/java"), "#!/bin/sh\nexit 9\n");
        executable(old.resolve("bin/java"));
        Files.writeString(old.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"11.0.2\"\n");
        Ended ended = end(begin(
                temporary,
                Map.of("JAVA_HOME", old.toString()),
                List.of(root.resolve("terzi").toString(), "--help")));
        assertEquals(ExitCode.FAILURE, ended.exitCode());
        assertTrue(ended.err().contains("is Java 11.0.2, Terzi needs 17 or newer"), ended.err());
        assertEquals(0, builds());
    }

    @Test
    void aWrongJavaHomeIsNamed() throws Exception {
        Ended ended = end(begin(
                temporary,
                Map.of("JAVA_HOME", "/no/such/jdk"),
                List.of(root.resolve("terzi").toString(), "--help")));
        assertEquals(ExitCode.FAILURE, ended.exitCode());
        assertTrue(ended.err().contains("JAVA_HOME is /no/such/jdk"), ended.err());
    }

    @Test
    void moreOptionsReachTheJvm() throws Exception {
        run("--version");
        Ended ended = end(begin(
                temporary,
                Map.of("TERZI_JAVA_OPTS", "-Dterzi.columns=77 -XshowSettings:properties"),
                List.of(root.resolve("terzi").toString(), "--version")));
        assertTrue((ended.out() + ended.err()).contains("terzi.columns = 77"), ended.err());
        assertTrue((ended.out() + ended.err()).contains("ai.djl.offline = true"), ended.err());
    }

    /** Runs a line of shell in which {@code $terzi} is the launcher. */
    private Ended shell(String line) throws IOException, InterruptedException {
        return end(begin(temporary, Map.of("terzi", root.resolve("terzi").toString()), List.of("/bin/sh", "-c", line)));
    }

    @Test
    void fullAndClosedStandardStreamsEndWithAStatusAndAWord() throws Exception {
        run("--version");
        for (String command : List.of("--help", "bench backends --json")) {
            Ended full = shell("\"$terzi\" " + command + " >/dev/full");
            assertEquals(ExitCode.FAILURE, full.exitCode(), command);
            assertTrue(full.err().contains("standard output: No space left on device"), full.err());
            Ended closed = shell("\"$terzi\" " + command + " >&-");
            assertEquals(ExitCode.FAILURE, closed.exitCode(), command);
            assertTrue(closed.err().contains("standard output: is closed"), closed.err());
        }
        for (String err : List.of("2>&-", "2>/dev/full", "<&- 2>&-")) {
            Ended ended = shell("\"$terzi\" --version " + err);
            assertEquals(ExitCode.OK, ended.exitCode(), err);
            assertTrue(ended.out().startsWith("terzi "), ended.out());
            assertEquals(
                    ExitCode.FAILURE, shell("\"$terzi\" inspect none " + err).exitCode(), err);
        }
        assertEquals(
                ExitCode.FAILURE, shell("\"$terzi\" --version <&- >&- 2>&-").exitCode());
    }

    @Test
    void aReaderThatLeavesEndsItQuietly() throws Exception {
        run("--version");
        Ended ended = shell("{ \"$terzi\" --help; echo \"status $?\" >&2; } | head -n 1");
        assertEquals(1, ended.out().lines().count(), ended.out());
        assertEquals("status 0\n", ended.err());
        assertEquals(
                "status 0\n",
                shell("{ \"$terzi\" bench backends; echo \"status $?\" >&2; } | true")
                        .err());
    }

    @Test
    void commandsToTypeNextAreAsThisOneWasTyped() throws Exception {
        run("--version");
        Path onPath = Files.createSymbolicLink(tools.resolve("terzi"), root.resolve("terzi"));
        assertTrue(shell("terzi trian").err().endsWith("Try 'terzi --help'.\n"));
        assertTrue(shell(onPath + " trian").err().endsWith("Try 'terzi --help'.\n"));
        Files.delete(onPath);
        Ended relative = end(begin(root, Map.of(), List.of("./terzi", "train")));
        assertTrue(relative.err().endsWith("Try './terzi train --help'.\n"), relative.err());
        Ended bare = end(begin(root, Map.of(), List.of("sh", "terzi", "train")));
        assertTrue(bare.err().endsWith("Try './terzi train --help'.\n"), bare.err());
        String quoted = "'" + root.resolve("terzi") + "'";
        assertTrue(
                run("train").err().contains(quoted + " train --help"),
                run("train").err());
    }
}
