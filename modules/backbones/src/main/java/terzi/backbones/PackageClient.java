package terzi.backbones;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The client of a package registry. It is run as its user has set it up, so that mirrors, proxies and credentials are those of its
 * configuration.
 */
enum PackageClient {
    /** npm of Node.js; packages are called {@code name@1.0.0} and come as {@code .tgz}. */
    NPM("npm", "npm", "Node.js") {
        @Override
        List<List<String>> downloads(String spec, Path folder) {
            boolean isWindows =
                    System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
            return List.of(List.of(
                    isWindows ? "npm.cmd" : "npm",
                    "pack",
                    spec,
                    "--pack-destination",
                    folder.toString(),
                    "--no-audit",
                    "--no-fund",
                    "--no-update-notifier",
                    "--loglevel=error"));
        }

        @Override
        String byHand(String spec) {
            return "npm pack " + spec;
        }
    },
    /** pip of Python; packages are called {@code name==1.0.0} and come as {@code .whl}. */
    PIP("pypi", "pip", "Python") {
        @Override
        List<List<String>> downloads(String spec, Path folder) {
            List<String> arguments = List.of(
                    "download",
                    "--no-deps",
                    "--only-binary=:all:",
                    "--dest",
                    folder.toString(),
                    "--no-input",
                    "--disable-pip-version-check",
                    "--progress-bar=off",
                    "--quiet",
                    spec);
            return List.of(
                    with(List.of("pip3"), arguments),
                    with(List.of("pip"), arguments),
                    with(List.of("python3", "-m", "pip"), arguments),
                    with(List.of("python", "-m", "pip"), arguments),
                    with(List.of("py", "-m", "pip"), arguments));
        }

        @Override
        String byHand(String spec) {
            return "pip download --no-deps " + spec;
        }
    };

    private final String registry;
    private final String program;
    private final String belongsTo;

    PackageClient(String registry, String program, String belongsTo) {
        this.registry = registry;
        this.program = program;
        this.belongsTo = belongsTo;
    }

    /** The registry in the source of a card: {@code npm} or {@code pypi}. */
    String registry() {
        return registry;
    }

    /** What to look for on the path. */
    String program() {
        return program;
    }

    /** What to install to have it. */
    String belongsTo() {
        return belongsTo;
    }

    /**
     * Commands that download a package without its dependencies, and execute nothing of it. The first that can be started counts.
     *
     * @param folder gets the file
     */
    abstract List<List<String>> downloads(String spec, Path folder);

    /** The same for people. */
    abstract String byHand(String spec);

    /** Whether a program that was started says that it is not there: a shim, or a Python without the module. */
    boolean isAbsent(int status, String output) {
        boolean isShim = status == 126 || status == 127;
        return isShim || output.contains("No module named pip");
    }

    private static List<String> with(List<String> program, List<String> arguments) {
        return Stream.concat(program.stream(), arguments.stream()).toList();
    }
}
