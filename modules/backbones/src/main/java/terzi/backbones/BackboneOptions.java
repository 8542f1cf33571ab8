package terzi.backbones;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import terzi.files.Cache;
import terzi.images.Preprocessing;

/**
 * Options for opening a backbone.
 *
 * @param cache folder for downloaded and converted files
 * @param downloads whether missing files may be downloaded
 * @param from local file or folder to use instead of a download
 * @param preprocessing preprocessing to use instead of that of the source
 * @param pixels scaling of pixel values, for a source that does not define it; without effect if {@code preprocessing}
 *     is given
 * @param labels labels to use instead of those of the source
 * @param features where the features are, for a network without a classification head; empty if its card or its outputs tell
 * @param unknowns what to do if nothing tells the labels or the preprocessing
 * @param hub address of the server for {@code hf:} names
 * @param acceptedLicences names of the licences that the caller accepts
 * @param check comparison with the reference logits after a conversion; if it is empty, they are not compared
 * @param listener receives the progress
 */
public record BackboneOptions(
        Path cache,
        Downloads downloads,
        Optional<Path> from,
        Optional<Preprocessing> preprocessing,
        Optional<PixelValues> pixels,
        Optional<List<String>> labels,
        Optional<FeatureLocation> features,
        Unknowns unknowns,
        URI hub,
        Set<String> acceptedLicences,
        Optional<GoldenCheck> check,
        BackboneListener listener) {

    /** What to do about labels and preprocessing that neither the caller nor the source tells. */
    public enum Unknowns {
        /** Assume what is usual, and add a remark to the card. */
        ASSUME,
        /** Refuse the network. Where pixel values are given, only the geometry of images is assumed. */
        REFUSE
    }

    /** Permission to download files. */
    public enum Downloads {
        /** Never download; a missing file is an error. */
        NEVER,
        /** Download missing files. */
        WHEN_MISSING
    }

    /**
     * Creates options from a copy of the labels; start with {@link #defaults} instead.
     *
     * @param cache folder for downloaded and converted files
     * @param downloads whether missing files may be downloaded
     * @param from local file or folder to use instead of a download
     * @param preprocessing preprocessing to use instead of that of the source
     * @param pixels scaling of pixel values, for a source that does not define it
     * @param labels labels to use instead of those of the source
     * @param features where the features are, for a network without a classification head
     * @param unknowns what to do if nothing tells the labels or the preprocessing
     * @param hub address of the server for {@code hf:} names
     * @param acceptedLicences names of the licences that the caller accepts
     * @param check comparison with the reference logits after a conversion
     * @param listener receives the progress
     */
    public BackboneOptions {
        labels = labels.map(List::copyOf);
        acceptedLicences = Set.copyOf(acceptedLicences);
    }

    /**
     * {@return the default options: Terzi's cache, downloads when files are missing, preprocessing and labels of the
     * source, and no check}
     */
    public static BackboneOptions defaults() {
        return new BackboneOptions(
                Cache.folder(),
                Downloads.WHEN_MISSING,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Unknowns.ASSUME,
                URI.create("https://huggingface.co"),
                Set.of(),
                Optional.empty(),
                BackboneListener.NONE);
    }

    /**
     * {@return a copy of these options with another cache}
     *
     * @param newCache folder for downloaded and converted files; created if it is missing
     */
    public BackboneOptions withCache(Path newCache) {
        return new BackboneOptions(
                newCache,
                downloads,
                from,
                preprocessing,
                pixels,
                labels,
                features,
                unknowns,
                hub,
                acceptedLicences,
                check,
                listener);
    }

    /**
     * {@return a copy of these options with another permission to download}
     *
     * @param newDownloads whether missing files may be downloaded
     */
    public BackboneOptions withDownloads(Downloads newDownloads) {
        return new BackboneOptions(
                cache,
                newDownloads,
                from,
                preprocessing,
                pixels,
                labels,
                features,
                unknowns,
                hub,
                acceptedLicences,
                check,
                listener);
    }

    /**
     * {@return a copy of these options with a local file instead of a download}
     *
     * @param newFrom the file that would be downloaded, or its unpacked folder
     */
    public BackboneOptions withFrom(Path newFrom) {
        return new BackboneOptions(
                cache,
                downloads,
                Optional.of(newFrom),
                preprocessing,
                pixels,
                labels,
                features,
                unknowns,
                hub,
                acceptedLicences,
                check,
                listener);
    }

    /**
     * {@return a copy of these options with a given preprocessing}
     *
     * @param newPreprocessing preprocessing to use instead of that of the source
     */
    public BackboneOptions withPreprocessing(Preprocessing newPreprocessing) {
        return new BackboneOptions(
                cache,
                downloads,
                from,
                Optional.of(newPreprocessing),
                pixels,
                labels,
                features,
                unknowns,
                hub,
                acceptedLicences,
                check,
                listener);
    }

    /**
     * {@return a copy of these options with a given scaling of pixel values}
     *
     * @param newPixels scaling for a source that does not define it
     */
    public BackboneOptions withPixels(PixelValues newPixels) {
        return new BackboneOptions(
                cache,
                downloads,
                from,
                preprocessing,
                Optional.of(newPixels),
                labels,
                features,
                unknowns,
                hub,
                acceptedLicences,
                check,
                listener);
    }

    /**
     * {@return a copy of these options with given labels}
     *
     * @param newLabels labels in the order of the logits, to use instead of those of the source
     */
    public BackboneOptions withLabels(List<String> newLabels) {
        return new BackboneOptions(
                cache,
                downloads,
                from,
                preprocessing,
                pixels,
                Optional.of(newLabels),
                features,
                unknowns,
                hub,
                acceptedLicences,
                check,
                listener);
    }

    /**
     * {@return a copy of these options with another place of the features}
     *
     * @param newFeatures where the features are, for a network without a classification head
     */
    public BackboneOptions withFeatures(FeatureLocation newFeatures) {
        return new BackboneOptions(
                cache,
                downloads,
                from,
                preprocessing,
                pixels,
                labels,
                Optional.of(newFeatures),
                unknowns,
                hub,
                acceptedLicences,
                check,
                listener);
    }

    /**
     * {@return a copy of these options with another treatment of what is not known}
     *
     * @param newUnknowns what to do if nothing tells the labels or the preprocessing
     */
    public BackboneOptions withUnknowns(Unknowns newUnknowns) {
        return new BackboneOptions(
                cache,
                downloads,
                from,
                preprocessing,
                pixels,
                labels,
                features,
                newUnknowns,
                hub,
                acceptedLicences,
                check,
                listener);
    }

    /**
     * {@return a copy of these options that accepts one more licence}
     *
     * @param name name of the licence, as the refusal says it
     */
    public BackboneOptions withAcceptedLicence(String name) {
        Set<String> all = new HashSet<>(acceptedLicences);
        all.add(name);
        return new BackboneOptions(
                cache, downloads, from, preprocessing, pixels, labels, features, unknowns, hub, all, check, listener);
    }

    /**
     * {@return a copy of these options with another server for {@code hf:} names}
     *
     * @param newHub address of the server
     */
    public BackboneOptions withHub(URI newHub) {
        return new BackboneOptions(
                cache,
                downloads,
                from,
                preprocessing,
                pixels,
                labels,
                features,
                unknowns,
                newHub,
                acceptedLicences,
                check,
                listener);
    }

    /**
     * {@return a copy of these options with a comparison with the reference logits}
     *
     * @param newCheck called after a conversion
     */
    public BackboneOptions withCheck(GoldenCheck newCheck) {
        return new BackboneOptions(
                cache,
                downloads,
                from,
                preprocessing,
                pixels,
                labels,
                features,
                unknowns,
                hub,
                acceptedLicences,
                Optional.of(newCheck),
                listener);
    }

    /**
     * {@return a copy of these options with another listener}
     *
     * @param newListener receives the progress
     */
    public BackboneOptions withListener(BackboneListener newListener) {
        return new BackboneOptions(
                cache,
                downloads,
                from,
                preprocessing,
                pixels,
                labels,
                features,
                unknowns,
                hub,
                acceptedLicences,
                check,
                newListener);
    }
}
