package terzi.backbones;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import terzi.files.Cache;
import terzi.images.Preprocessing;

/**
 * How a backbone is opened.
 *
 * @param cache folder that Terzi keeps fetched and converted files in
 * @param network whether what is missing may be fetched
 * @param from a local file or folder to take instead of fetching
 * @param preprocessing instead of what the source says
 * @param pixels what pixels become, where no preprocessing is given and the source does not say it
 * @param labels instead of what the source says
 * @param hub where {@code hf:} names are looked up
 * @param check compares golden answers after a conversion; without it they are not compared
 */
public record BackboneOptions(
        Path cache,
        Network network,
        Optional<Path> from,
        Optional<Preprocessing> preprocessing,
        Optional<PixelValues> pixels,
        Optional<List<String>> labels,
        URI hub,
        Optional<GoldenCheck> check,
        BackboneListener listener) {

    /** Whether the network may be used. */
    public enum Network {
        OFFLINE,
        WHEN_MISSING
    }

    public BackboneOptions {
        labels = labels.map(List::copyOf);
    }

    /** Terzi's cache, the network where something is missing, and what the source itself says. */
    public static BackboneOptions defaults() {
        return new BackboneOptions(
                Cache.folder(),
                Network.WHEN_MISSING,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                URI.create("https://huggingface.co"),
                Optional.empty(),
                BackboneListener.NONE);
    }

    public BackboneOptions withCache(Path newCache) {
        return new BackboneOptions(newCache, network, from, preprocessing, pixels, labels, hub, check, listener);
    }

    public BackboneOptions withNetwork(Network newNetwork) {
        return new BackboneOptions(cache, newNetwork, from, preprocessing, pixels, labels, hub, check, listener);
    }

    public BackboneOptions withFrom(Path newFrom) {
        return new BackboneOptions(
                cache, network, Optional.of(newFrom), preprocessing, pixels, labels, hub, check, listener);
    }

    public BackboneOptions withPreprocessing(Preprocessing newPreprocessing) {
        return new BackboneOptions(
                cache, network, from, Optional.of(newPreprocessing), pixels, labels, hub, check, listener);
    }

    public BackboneOptions withPixels(PixelValues newPixels) {
        return new BackboneOptions(
                cache, network, from, preprocessing, Optional.of(newPixels), labels, hub, check, listener);
    }

    public BackboneOptions withLabels(List<String> newLabels) {
        return new BackboneOptions(
                cache, network, from, preprocessing, pixels, Optional.of(newLabels), hub, check, listener);
    }

    public BackboneOptions withHub(URI newHub) {
        return new BackboneOptions(cache, network, from, preprocessing, pixels, labels, newHub, check, listener);
    }

    public BackboneOptions withCheck(GoldenCheck newCheck) {
        return new BackboneOptions(
                cache, network, from, preprocessing, pixels, labels, hub, Optional.of(newCheck), listener);
    }

    public BackboneOptions withListener(BackboneListener newListener) {
        return new BackboneOptions(cache, network, from, preprocessing, pixels, labels, hub, check, newListener);
    }
}
