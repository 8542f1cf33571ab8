package terzi.inference;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import terzi.files.RunFile;
import terzi.images.Preprocessing;
import terzi.images.PreprocessingJson;

/** From a classifier file to a ready classifier: reads the metadata, checks version and digest, then opens the network. */
final class ClassifierLoader {

    private static final String IN_FOLDER = RunFile.CLASSIFIER.fileName();
    private static final List<String> FORMAT_VERSIONS = List.of("1", "2");

    private ClassifierLoader() {}

    static ImageClassifier load(Path path, ClassifierOptions options) throws IOException {
        if (Files.isDirectory(path) && !Files.exists(path.resolve(IN_FOLDER))) {
            HubFolder folder = HubFolder.read(path);
            return BareNetwork.load(folder.network(), folder.preprocessing(), folder.labels(), options);
        }
        Path file = Files.isDirectory(path) ? path.resolve(IN_FOLDER) : path;
        requireSize(file, options);
        requireFile(file);
        if (!NativeFile.isReachable(file)) {
            return load(NativeFile.bytes(file), NativeFile.name(file), options);
        }
        String name = file.toString();
        try (FileChannel channel = FileChannel.open(file)) {
            ModelEnvelope.Bytes content = ModelEnvelope.Bytes.of(channel);
            return open(name, content, options, (environment, session) -> environment.createSession(name, session));
        }
    }

    /** What the file says about itself, if it is intact and of a known version. */
    static ClassifierInfo check(Path file) throws IOException {
        requireFile(file);
        if (!NativeFile.isReachable(file)) {
            return check(NativeFile.name(file), ModelEnvelope.Bytes.of(NativeFile.bytes(file)));
        }
        try (FileChannel channel = FileChannel.open(file)) {
            return check(file.toString(), ModelEnvelope.Bytes.of(channel));
        }
    }

    static ClassifierInfo check(String name, ModelEnvelope.Bytes content) throws IOException {
        ModelEnvelope envelope = envelope(name, content);
        requireIntact(name, envelope);
        return info(name, envelope.metadata());
    }

    private static void requireFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(NativeFile.name(file), null, "there is no such classifier file");
        }
        if (Files.isDirectory(file)) {
            throw new ClassifierFileException(
                    NativeFile.name(file) + " is a folder; give the classifier file itself, for example "
                            + NativeFile.name(file.resolve(IN_FOLDER)));
        }
    }

    static ImageClassifier loadResource(Class<?> owner, String resource, ClassifierOptions options) throws IOException {
        try (InputStream stream = owner.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new FileNotFoundException("there is no resource '" + resource + "' beside " + owner.getName()
                        + "; a leading slash means the root of the class path");
            }
            byte[] file = stream.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, options.maxFileBytes() + 1));
            return load(file, "resource " + resource, options);
        }
    }

    /** Files are refused by their size before they are read. */
    static void requireSize(Path file, ClassifierOptions options) throws IOException {
        if (Files.isRegularFile(file)) {
            requireSize(NativeFile.name(file), Files.size(file), options);
        }
    }

    static void requireSize(String name, long bytes, ClassifierOptions options) throws ClassifierFileException {
        if (bytes > options.maxFileBytes()) {
            throw new ClassifierFileException(name + ": has " + bytes + " bytes or more, allowed are "
                    + options.maxFileBytes() + "; raise ClassifierOptions.maxFileBytes if the file is trusted");
        }
    }

    /** @param name for messages */
    static ImageClassifier load(byte[] file, String name, ClassifierOptions options) throws IOException {
        requireSize(name, file.length, options);
        return open(
                name,
                ModelEnvelope.Bytes.of(file),
                options,
                (environment, session) -> environment.createSession(file, session));
    }

    /** Reads and checks all that can be known without the engine, but for the digest. */
    private static ModelEnvelope envelope(String name, ModelEnvelope.Bytes file) throws IOException {
        ModelEnvelope envelope;
        Set<String> elsewhere;
        try {
            envelope = ModelEnvelope.read(file);
            elsewhere = ExternalData.locations(file);
        } catch (IOException e) {
            throw new ClassifierFileException(name + ": " + e.getMessage(), e);
        }
        Map<String, String> metadata = envelope.metadata();
        String version = metadata.get("terzi.format");
        if (version == null) {
            throw new ClassifierFileException(name + " is an ONNX model but no classifier file: its metadata has no"
                    + " 'terzi.format'. Make one of it with terzi.export.ClassifierFile or 'terzi package', or give its labels and"
                    + " preprocessing as well");
        }
        if (!FORMAT_VERSIONS.contains(version)) {
            throw new ClassifierFileException(name + ": format version " + version
                    + ", this terzi-inference reads versions " + String.join(" and ", FORMAT_VERSIONS)
                    + "; use a terzi-inference as new as the program that wrote the file" + writer(metadata));
        }
        if (envelope.digestOffset() < 0) {
            throw new ClassifierFileException(name + ": the metadata has no digest '" + ClassifierDigest.KEY
                    + "' (64 lower-case hexadecimal digits), so damage could not be noticed; export it again");
        }
        if (!elsewhere.isEmpty()) {
            throw new ClassifierFileException(name + ": takes weights from " + elsewhere
                    + ", but a classifier file holds everything itself; export it again");
        }
        return envelope;
    }

    private static void requireIntact(String name, ModelEnvelope envelope) throws IOException {
        String stored = envelope.metadata().getOrDefault(ClassifierDigest.KEY, "");
        String actual = envelope.digest();
        if (!actual.equals(stored)) {
            throw new ClassifierFileException(name + " was changed or damaged after it was written: its SHA-256 is "
                    + actual + ", the stored one " + stored
                    + "; fetch it again, or export it again if the change was meant");
        }
    }

    /** What the metadata tells; the outputs are not known yet. */
    private static ClassifierInfo info(String name, Map<String, String> metadata) throws ClassifierFileException {
        List<String> labels = labels(name, metadata);
        return new ClassifierInfo(
                Integer.parseInt(metadata.getOrDefault("terzi.format", "")),
                labels,
                1,
                temperature(name, metadata),
                false,
                false,
                false,
                preprocessing(name, metadata),
                predictionSets(name, metadata, labels.size()),
                metadata);
    }

    private static String writer(Map<String, String> metadata) {
        return Optional.ofNullable(metadata.get("terzi.version"))
                .map(version -> " (terzi " + version + ")")
                .orElse("");
    }

    private static List<String> labels(String name, Map<String, String> metadata) throws ClassifierFileException {
        String json = metadata.get("terzi.labels");
        if (json == null) {
            throw new ClassifierFileException(name + ": the metadata has no 'terzi.labels'; export it again");
        }
        try {
            return Json.strings(json);
        } catch (IllegalArgumentException e) {
            throw new ClassifierFileException(name + ": 'terzi.labels' is damaged: " + e.getMessage(), e);
        }
    }

    private static float temperature(String name, Map<String, String> metadata) throws ClassifierFileException {
        String text = metadata.getOrDefault("terzi.temperature", "1");
        try {
            return Float.parseFloat(text);
        } catch (NumberFormatException e) {
            throw new ClassifierFileException(name + ": 'terzi.temperature' is not a number: '" + text + "'", e);
        }
    }

    /** Informative, the graph does it; so a file without it can be read. */
    private static Optional<Preprocessing> preprocessing(String name, Map<String, String> metadata)
            throws ClassifierFileException {
        String json = metadata.get("terzi.preprocessing");
        if (json == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(PreprocessingJson.read(Json.object(json)));
        } catch (IllegalArgumentException e) {
            throw new ClassifierFileException(name + ": 'terzi.preprocessing' is damaged: " + e.getMessage(), e);
        }
    }

    private static Optional<PredictionSets> predictionSets(String name, Map<String, String> metadata, int classes)
            throws ClassifierFileException {
        String json = metadata.get(PredictionSets.KEY);
        if (json == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(PredictionSets.parse(json).requireClasses(classes));
        } catch (IllegalArgumentException e) {
            throw new ClassifierFileException(name + ": '" + PredictionSets.KEY + "' is damaged: " + e.getMessage(), e);
        }
    }

    private static ImageClassifier open(
            String name, ModelEnvelope.Bytes content, ClassifierOptions options, Sessions.Source source)
            throws IOException {
        ModelEnvelope envelope = envelope(name, content);
        Optional<GraphCache> cache = Optional.empty();
        if (options.graphCache().isPresent()) {
            String digest = envelope.metadata().getOrDefault(ClassifierDigest.KEY, "");
            cache = GraphCache.lookUp(options.graphCache().get(), digest, content);
        }
        if (cache.isEmpty() || !cache.get().knowsOriginal()) {
            requireIntact(name, envelope);
        }
        ClassifierInfo unbound = info(name, envelope.metadata());
        Sessions.Binding binding = (environment, session, device) -> {
            Signature signature = Signature.ofClassifier(name, session);
            if (unbound.labels().size() != signature.classes()) {
                throw new ClassifierFileException(name + ": "
                        + unbound.labels().size() + " labels for " + signature.classes()
                        + " outputs of the network; export it again");
            }
            int channels = Signature.channels(session);
            ClassifierInfo info = new ClassifierInfo(
                    unbound.formatVersion(),
                    unbound.labels(),
                    channels,
                    unbound.temperature(),
                    signature.features() != null,
                    signature.activationMap() != null,
                    signature.strangeness() != null,
                    unbound.preprocessing(),
                    unbound.predictionSets(),
                    unbound.metadata());
            OrtNetwork network = new OrtNetwork(name, environment, session, device, signature);
            return new ImageClassifier(network, new Preparation.Pixels(channels), info, options);
        };
        return Sessions.open(new Sessions.Network(name, cache, source, binding), options);
    }
}
