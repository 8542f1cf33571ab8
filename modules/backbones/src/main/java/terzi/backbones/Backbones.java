package terzi.backbones;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Opens pretrained networks by the name of a card, from Hugging Face, or from a file. */
public final class Backbones {
    private static final String HUB = "hf:";

    private Backbones() {}

    /** {@return the cards of all networks that Terzi knows by name} */
    public static List<BackboneCard> cards() {
        return Catalogue.entries().stream().map(Catalogue.Entry::card).toList();
    }

    /**
     * {@return the card of a network; empty if there is none of that name}
     *
     * @param name name of the card, such as {@code resnet50}
     */
    public static Optional<BackboneCard> card(String name) {
        return Catalogue.find(name).map(Catalogue.Entry::card);
    }

    /**
     * Opens a pretrained network. Files that the cache does not have are downloaded, verified, converted and stored
     * there.
     *
     * @param nameOrPath the name of a card; {@code hf:owner/name}; a file: {@code .onnx}, {@code .h5},
     *     {@code .keras}, the {@code model.json} of TensorFlow.js, or a folder with {@code onnx/model.onnx} and its
     *     configuration as on Hugging Face; any of these with {@code #} and a {@linkplain FeatureLocation location of
     *     the features} behind it, as in {@code hf:owner/name#cls+mean}; or two of these with a comma between, whose
     *     features are joined: the result prepares images as the first one does, and has no labels
     * @param options cache, network access, preprocessing and labels
     * @return the network
     * @throws BackboneException if there is no such network, it cannot be downloaded, or it does not match its card
     * @throws IOException if a file cannot be read or is damaged
     */
    public static Backbone open(String nameOrPath, BackboneOptions options) throws IOException {
        Optional<Catalogue.Entry> entry = Catalogue.find(nameOrPath);
        if (entry.isPresent()) {
            return entry.get() instanceof Catalogue.HubEntry hub
                    ? card(hub, options)
                    : inPackage((Catalogue.PackageEntry) entry.get(), options);
        }
        if (nameOrPath.indexOf(',') >= 0 && !isFile(nameOrPath)) {
            return joined(nameOrPath, options);
        }
        int features = nameOrPath.lastIndexOf('#');
        if (features > 0 && !isFile(nameOrPath)) {
            FeatureLocation location = location(nameOrPath, nameOrPath.substring(features + 1));
            return open(nameOrPath.substring(0, features), options.withFeatures(location));
        }
        if (nameOrPath.startsWith(HUB)) {
            return hub(nameOrPath, options);
        }
        return LocalNetwork.open(existing(nameOrPath), options);
    }

    /**
     * Opens a pretrained network from a file or folder, which may be in any file system, such as that of a jar.
     *
     * @param file an {@code .onnx}, {@code .h5} or {@code .keras} file, the {@code model.json} of TensorFlow.js, or a
     *     folder with {@code onnx/model.onnx} and its configuration as on Hugging Face
     * @param options preprocessing and labels
     * @return the network
     * @throws BackboneException if the network is not an image classifier that can be fine-tuned
     * @throws IOException if the file does not exist, cannot be read or is damaged
     */
    public static Backbone open(Path file, BackboneOptions options) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        return LocalNetwork.open(file, options);
    }

    private static FeatureLocation location(String name, String word) throws BackboneException {
        try {
            return FeatureLocation.parse(word);
        } catch (IllegalArgumentException e) {
            throw new BackboneException(name + ": " + e.getMessage(), e);
        }
    }

    private static Backbone inPackage(Catalogue.PackageEntry entry, BackboneOptions options) throws IOException {
        if (options.features().orElse(FeatureLocation.POOLED) != FeatureLocation.POOLED) {
            throw new BackboneException("backbone " + entry.card().name()
                    + ": has a head of its own, so its features are " + FeatureLocation.POOLED + ", not "
                    + options.features().get());
        }
        return new CatalogueNetwork(entry, options).open();
    }

    private static Backbone hub(String name, BackboneOptions options) throws IOException {
        HubNetwork hub = new HubNetwork(HubSource.of(name.substring(HUB.length())), options);
        Backbone local = LocalNetwork.open(hub.fetched(), options);
        BackboneCard card = local.card();
        BackboneCard named = new BackboneCard(
                name,
                "a network of Hugging Face",
                name,
                card.digest(),
                hub.licence().map(licence -> licence + " (as its page says)").orElse("see its page on Hugging Face"),
                card.origin(),
                card.paper(),
                card.parameters(),
                card.downloadBytes(),
                card.imagenetTop1(),
                card.preprocessing(),
                card.golden(),
                card.use(),
                card.remarks());
        return new Backbone(local.network(), local.preprocessing(), local.labels(), named);
    }

    /** The network of a card: its images are prepared as its repository says. */
    private static Backbone card(Catalogue.HubEntry entry, BackboneOptions options) throws IOException {
        Path network = new HubNetwork(entry.source(), options).fetched();
        BackboneCard card = entry.card();
        BackboneOptions own =
                options.withFeatures(options.features().orElse(card.use().features()));
        List<String> labels = entry.labelNames();
        if (options.labels().isEmpty() && !labels.isEmpty()) {
            own = own.withLabels(labels);
        }
        if (options.preprocessing().isEmpty()
                && HubFiles.preprocessing(network, new ArrayList<>()).isEmpty()) {
            own = own.withPreprocessing(card.preprocessing());
        }
        Backbone local = LocalNetwork.open(network, own);
        BackboneCard full = new BackboneCard(
                card.name(),
                card.description(),
                card.source(),
                local.card().digest(),
                card.licence(),
                card.origin(),
                card.paper(),
                card.parameters(),
                card.downloadBytes(),
                card.imagenetTop1(),
                local.card().preprocessing(),
                card.golden(),
                new BackboneCard.Use(
                        local.card().use().features(),
                        card.use().sizeMultiple(),
                        card.use().licenceToAccept()),
                Stream.concat(card.remarks().stream(), local.card().remarks().stream())
                        .toList());
        return new Backbone(local.network(), local.preprocessing(), local.labels(), full);
    }

    /**
     * {@return the file of a network in the cache; empty if it is not there yet or has no card}
     *
     * @param name name of the card
     * @param options options with the cache
     */
    public static Optional<Path> cached(String name, BackboneOptions options) {
        return Catalogue.find(name)
                .flatMap(entry -> entry instanceof Catalogue.HubEntry hub
                        ? new HubNetwork(hub.source(), options).cached()
                        : Optional.of(new CatalogueNetwork((Catalogue.PackageEntry) entry, options).file())
                                .filter(Files::isRegularFile));
    }

    private static Backbone joined(String names, BackboneOptions options) throws IOException {
        List<String> both = Stream.of(names.split(",", -1)).map(String::strip).toList();
        if (both.size() != 2 || both.contains("")) {
            throw new BackboneException(names + ": expected one backbone, or two with a comma between");
        }
        return JoinedNetwork.of(open(both.get(0), options), open(both.get(1), options));
    }

    private static boolean isFile(String path) {
        try {
            return Files.exists(Path.of(path));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Path existing(String path) throws IOException {
        Path file;
        try {
            file = Path.of(path);
        } catch (InvalidPathException e) {
            throw new BackboneException(path + ": is neither the name of a backbone nor a path", e);
        }
        if (Files.exists(file)) {
            return file;
        }
        boolean looksLikeFile = path.contains("/") || path.contains(".");
        if (looksLikeFile) {
            throw new NoSuchFileException(path);
        }
        throw new BackboneException("there is no backbone '" + path + "': the names are "
                + cards().stream().map(BackboneCard::name).collect(Collectors.joining(", "))
                + "; a file (.onnx, .h5, .keras, model.json), a folder or hf:owner/name will do, too");
    }
}
