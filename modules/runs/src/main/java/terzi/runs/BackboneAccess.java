package terzi.runs;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import terzi.backbones.Backbone;
import terzi.backbones.BackboneListener;
import terzi.backbones.BackboneOptions;
import terzi.backbones.Backbones;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.export.Golden;
import terzi.files.RunFile;
import terzi.images.Image;

/**
 * Opens backbones for a command: progress goes to its log, and golden answers are checked by writing the network as a classifier
 * file, which ONNX Runtime must answer as the card says. That checks the preprocessing, too.
 *
 * @param from a local file or folder instead of fetching
 * @param hub where {@code hf:} names are looked up
 */
record BackboneAccess(RunLog log, Execution execution, Optional<Path> from, URI hub) {
    /** Opens a backbone for a run; one that is new here must reproduce the golden logits of its card first. */
    static Backbone open(RunLog log, Execution execution, String name) throws IOException {
        URI hub = BackboneOptions.defaults().hub();
        return new BackboneAccess(log, execution, Optional.empty(), hub).open(name);
    }

    /**
     * Opens a network with more options.
     *
     * @param more changes the options
     */
    static Backbone open(RunLog log, Execution execution, String name, UnaryOperator<BackboneOptions> more)
            throws IOException {
        URI hub = BackboneOptions.defaults().hub();
        BackboneAccess access = new BackboneAccess(log, execution, Optional.empty(), hub);
        try (Progress progress = new Progress(log)) {
            return Backbones.open(name, more.apply(access.options()).withListener(progress));
        }
    }

    Backbone open(String nameOrPath) throws IOException {
        try (Progress progress = new Progress(log)) {
            return Backbones.open(nameOrPath, options().withListener(progress));
        }
    }

    BackboneOptions options() {
        BackboneOptions options = BackboneOptions.defaults()
                .withHub(hub)
                .withCheck(BackboneAccess::check)
                .withDownloads(
                        execution.isOffline()
                                ? BackboneOptions.Downloads.NEVER
                                : BackboneOptions.Downloads.WHEN_MISSING);
        for (String licence : execution.acceptedLicences()) {
            options = options.withAcceptedLicence(licence);
        }
        return from.isPresent() ? options.withFrom(from.get()) : options;
    }

    private static void check(Backbone backbone, Image image, float[] logits) throws IOException {
        Path folder = Files.createTempDirectory("terzi-golden");
        Path file = RunFile.CLASSIFIER.in(folder);
        try {
            ClassifierSpec spec = new ClassifierSpec(backbone.preprocessing(), backbone.labels());
            ClassifierFile.write(backbone.network(), spec, List.of(new Golden(image, logits)), file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    /** Steps as lines, a download as a bar. */
    private static final class Progress implements BackboneListener, AutoCloseable {
        private final RunLog log;
        private RunLog.@Nullable Bar bar;
        private String file = "";

        Progress(RunLog log) {
            this.log = log;
        }

        @Override
        public void step(String what) {
            close();
            log.step(what);
        }

        @Override
        public void download(String name, long bytes, long total) {
            if (bar == null || !file.equals(name)) {
                close();
                file = name;
                bar = log.bar(name, Math.max(total, 0), "bytes");
            }
            bar.to(bytes);
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
                bar = null;
            }
        }
    }
}
