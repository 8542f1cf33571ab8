package terzi.data;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import terzi.files.Downloader;
import terzi.files.RemoteFile;

/**
 * A dataset known by name, in MNIST's four IDX files.
 *
 * @param systemFolders where packages of operating systems put it
 * @param digests SHA-256 of the uncompressed files, by name
 * @param mirrors folders on the web that hold the gzipped files
 */
record NamedDataset(
        String name, List<String> labels, List<Path> systemFolders, Map<String, String> digests, List<URI> mirrors) {

    private static final Logger LOG = LoggerFactory.getLogger(NamedDataset.class);
    private static final long MAX_BYTES = 100L << 20;

    /** Xiao, Rasul, Vollgraf: Fashion-MNIST, 2017. MIT licence. */
    private static final NamedDataset FASHION_MNIST = new NamedDataset(
            "fashion-mnist",
            List.of(
                    "T-shirt/top",
                    "Trouser",
                    "Pullover",
                    "Dress",
                    "Coat",
                    "Sandal",
                    "Shirt",
                    "Sneaker",
                    "Bag",
                    "Ankle boot"),
            List.of(Path.of("/usr/share/datasets/fashion-mnist")),
            Map.of(
                    IdxFolder.TRAIN_IMAGES, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                    IdxFolder.TRAIN_LABELS, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                    IdxFolder.TEST_IMAGES, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                    IdxFolder.TEST_LABELS, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
            List.of(
                    URI.create("https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"),
                    URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/")));

    /** LeCun, Cortes, Burges: the MNIST database of handwritten digits. CC BY-SA 3.0. */
    private static final NamedDataset MNIST = new NamedDataset(
            "mnist",
            List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
            List.of(Path.of("/usr/share/datasets/mnist")),
            Map.of(
                    IdxFolder.TRAIN_IMAGES, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                    IdxFolder.TRAIN_LABELS, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                    IdxFolder.TEST_IMAGES, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                    IdxFolder.TEST_LABELS, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
            List.of(
                    URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
                    URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/")));

    /** The one list of datasets with a name. */
    static final List<NamedDataset> ALL = List.of(FASHION_MNIST, MNIST);

    static Optional<NamedDataset> find(String name) {
        return ALL.stream().filter(set -> set.name().equals(name)).findFirst();
    }

    DatasetSplits open(DatasetOptions options) throws IOException {
        Path folder = folder(options);
        LOG.debug("{} is read from {}", name, folder);
        return IdxFolder.open(name, folder, labels, digests, options);
    }

    private Path folder(DatasetOptions options) throws IOException {
        if (options.folder().isPresent()) {
            Path given = options.folder().get();
            if (!isComplete(given)) {
                throw new DatasetException(given + ": expected the four files of " + name + " ("
                        + String.join(", ", fileNames()) + ", plain or .gz), found "
                        + (Files.isDirectory(given) ? "not all of them" : "no such folder"));
            }
            return given;
        }
        Path cache = options.cache().resolve("datasets").resolve(name);
        List<Path> places = new ArrayList<>(systemFolders);
        places.add(cache);
        for (Path place : places) {
            if (isComplete(place)) {
                return place;
            }
        }
        if (options.downloads() == DatasetOptions.Downloads.NEVER) {
            throw new DatasetException(name + ": expected the files " + String.join(", ", fileNames())
                    + " (plain or .gz) in one of " + places
                    + ", found none; put them there, name their folder, or allow the download from " + mirrors.get(0));
        }
        Downloader downloader =
                new Downloader((file, bytes, total) -> LOG.debug("{}: {} of {} bytes", file, bytes, total));
        for (String file : fileNames()) {
            if (IdxFolder.find(cache, file).isEmpty()) {
                LOG.info("{}: downloading {}", name, file);
                downloader.fetch(
                        new RemoteFile(
                                file + ".gz",
                                digests.getOrDefault(file, ""),
                                RemoteFile.Packing.GZIP,
                                MAX_BYTES,
                                mirrors.stream()
                                        .map(m -> m.resolve(file + ".gz"))
                                        .toList()),
                        cache);
            }
        }
        return cache;
    }

    private List<String> fileNames() {
        return digests.keySet().stream().sorted().toList();
    }

    private boolean isComplete(Path folder) {
        return digests.keySet().stream()
                .allMatch(file -> IdxFolder.find(folder, file).isPresent());
    }
}
