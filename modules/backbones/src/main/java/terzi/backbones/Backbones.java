package terzi.backbones;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Pretrained networks, by name, from Hugging Face, or from a file. */
public final class Backbones {
    private static final String HUB = "hf:";

    private Backbones() {}

    /** The networks that Terzi has a card of. */
    public static List<BackboneCard> cards() {
        return Catalogue.entries().stream().map(Catalogue.Entry::card).toList();
    }

    /** The card of that name. */
    public static Optional<BackboneCard> card(String name) {
        return Catalogue.find(name).map(Catalogue.Entry::card);
    }

    /**
     * A pretrained network; what is missing in the cache is fetched, verified, converted and kept.
     *
     * @param nameOrPath the name of a card; {@code hf:owner/name}; or a file: {@code .onnx}, {@code .h5}, {@code .keras}, the
     *     {@code model.json} of TensorFlow.js, or a folder with {@code onnx/model.onnx} and its configuration as on Hugging Face
     * @throws BackboneException if there is no such network, it cannot be fetched, or it is not what its card says
     * @throws IOException if a file cannot be read or is damaged
     */
    public static Backbone open(String nameOrPath, BackboneOptions options) throws IOException {
        Optional<Catalogue.Entry> entry = Catalogue.find(nameOrPath);
        if (entry.isPresent()) {
            return new CatalogueNetwork(entry.get(), options).open();
        }
        if (nameOrPath.startsWith(HUB)) {
            return hub(nameOrPath, options);
        }
        return LocalNetwork.open(existing(nameOrPath), options);
    }

    /**
     * As {@link #open(String, BackboneOptions)}, from a file or a folder, which may lie in another file system than the default
     * one, such as a jar.
     */
    public static Backbone open(Path file, BackboneOptions options) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        return LocalNetwork.open(file, options);
    }

    private static Backbone hub(String name, BackboneOptions options) throws IOException {
        Path folder = new HubNetwork(name.substring(HUB.length()), options).fetched();
        Backbone local = LocalNetwork.open(folder, options);
        BackboneCard card = local.card();
        BackboneCard named = new BackboneCard(
                name,
                "a network of Hugging Face",
                name,
                card.digest(),
                "see its page on Hugging Face",
                card.origin(),
                card.paper(),
                card.parameters(),
                card.downloadBytes(),
                card.preprocessing(),
                card.golden(),
                card.remarks());
        return new Backbone(local.network(), local.preprocessing(), local.labels(), named);
    }

    /** Where a network of that name lies in the cache; empty if it must be fetched. */
    public static Optional<Path> cached(String name, BackboneOptions options) {
        return Catalogue.find(name)
                .map(entry -> new CatalogueNetwork(entry, options).file())
                .filter(Files::isRegularFile);
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
