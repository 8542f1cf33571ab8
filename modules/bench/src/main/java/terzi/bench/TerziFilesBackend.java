package terzi.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import terzi.bench.BenchReport.Subject;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;

/** Terzi from an image's file to its label, as an app uses it. */
final class TerziFilesBackend implements EngineBackend {

    @Override
    public String name() {
        return "terzi-files";
    }

    @Override
    public String title() {
        return "Terzi, from file to label";
    }

    @Override
    public Subject subject() {
        return Subject.FILES;
    }

    @Override
    public Map<String, List<String>> settings() {
        return Map.of();
    }

    @Override
    public Engine open(Job job) throws IOException {
        ClassifierOptions options =
                ClassifierOptions.defaults().withDevice(Device.cpu()).withThreads(job.threads());
        return new Opened(ImageClassifier.load(job.model(), options), job.files());
    }

    private record Opened(ImageClassifier classifier, List<Path> files) implements Engine {

        @Override
        public Call prepare(int batch) {
            int[] next = new int[1];
            return () -> {
                Path file = files.get(next[0]++ % files.size());
                return new float[][] {classifier.classify(file).probabilities()};
            };
        }

        @Override
        public Map<String, String> versions() {
            return Map.of(
                    "terzi",
                    Objects.requireNonNullElse(
                            TerziFilesBackend.class.getPackage().getImplementationVersion(), "development"),
                    "java",
                    Runtime.version().toString());
        }

        @Override
        public void close() {
            classifier.close();
        }
    }
}
