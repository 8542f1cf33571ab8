package terzi.training.finetune;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.data.DatasetReport.Skipped;
import terzi.files.Sha256;
import terzi.images.ImageException;
import terzi.onnx.Model;
import terzi.onnx.codec.ModelFile;
import terzi.training.finetune.FineTuningListener.Work;
import terzi.training.finetune.ViewBatches.Wanted;
import terzi.training.run.Cancellation;
import terzi.training.run.ReadAhead;
import terzi.training.run.TrainingException;

/**
 * Runs the frozen network once for each image and view, and keeps what it gives in the cache; what is there already is
 * not computed again.
 */
final class Extraction {
    /** Larger ones take a tenth more time for each image: what passes between two layers no longer stays in the caches. */
    private static final int BATCH = 8;

    private final NDManager manager;
    private final Prepared prepared;
    private final Dataset images;
    private final ImageViews views;
    private final FeatureCache cache;
    private final Cancellation cancellation;
    private final FineTuningListener listener;
    private final String featuresKey;
    private final Map<Integer, Skipped> skipped = new TreeMap<>();
    private final String[] digests;
    private final float[][][] features;
    private long nanos;
    private long waitedNanos;
    private int computed;

    Extraction(NDManager manager, Prepared prepared, Dataset images, ImageViews views, Session session)
            throws IOException {
        this.manager = manager;
        this.prepared = prepared;
        this.images = images;
        this.views = views;
        this.cache = session.cache();
        this.cancellation = session.cancellation();
        this.listener = session.listener();
        this.featuresKey = key(prepared.features());
        this.digests = new String[images.size()];
        this.features = new float[images.size()][][];
        for (int i = 0; i < digests.length; i++) {
            try {
                digests[i] = images.digest(i);
            } catch (ImageException e) {
                digests[i] = "";
                skipped.put(i, Skipped.of(images.id(i), e));
            }
        }
    }

    /** Where the outcome of all this goes and who hears of it. */
    record Session(FeatureCache cache, Cancellation cancellation, FineTuningListener listener) {}

    private String key(Model part) {
        return Sha256.ofText(Sha256.of(ModelFile.toBytes(part)) + " " + views.preprocessing());
    }

    /** A value on the way whose activations are wanted beside the features. */
    record Activation(String cut, String key, int views, List<Long> shape) {}

    Activation activation(String cut, int wantedViews, List<Long> shape) {
        return new Activation(cut, key(prepared.prefix(cut)), wantedViews, shape);
    }

    private FeatureCache.Key key(Activation activation, int image, int view) {
        return new FeatureCache.Key(activation.key(), views.key(view), digests[image]);
    }

    Optional<byte[]> read(Activation activation, int image, int view, int bytes) throws IOException {
        return cache.read(key(activation, image, view), bytes);
    }

    /** Removes a damaged entry. */
    void forget(Activation activation, int image, int view) throws IOException {
        cache.remove(key(activation, image, view));
    }

    String digest(int image) {
        return digests[image];
    }

    /** Sees to it that there are features of this many views of every readable image, and activations of so many. */
    void ensure(int featureViews, @Nullable Activation activation, int activationBytes) throws IOException {
        long started = System.nanoTime();
        int viewCount = Math.max(featureViews, activation == null ? 0 : activation.views());
        List<String> viewKeys = new ArrayList<>();
        for (int view = 0; view < viewCount; view++) {
            viewKeys.add(views.key(view));
        }
        List<Wanted> wanted = new ArrayList<>();
        int missing = 0;
        for (int i = 0; i < digests.length; i++) {
            if (skipped.containsKey(i)) {
                continue;
            }
            float[][] old = features[i];
            if (old == null || old.length < viewCount) {
                features[i] = new float[viewCount][];
                if (old != null) {
                    System.arraycopy(old, 0, features[i], 0, old.length);
                }
            }
            List<Integer> needed = new ArrayList<>();
            for (int view = 0; view < viewCount; view++) {
                boolean lacksFeatures =
                        view < featureViews && features[i][view] == null && !load(i, view, viewKeys.get(view));
                boolean lacksActivation = activation != null
                        && view < activation.views()
                        && !cache.has(
                                new FeatureCache.Key(activation.key(), viewKeys.get(view), digests[i]),
                                activationBytes);
                if (lacksFeatures || lacksActivation) {
                    needed.add(view);
                }
            }
            if (!needed.isEmpty()) {
                wanted.add(new Wanted(
                        i,
                        digests[i],
                        needed.stream().mapToInt(Integer::intValue).toArray()));
                missing += needed.size();
            }
            refuseWhenCancelled();
        }
        long total = (long) (digests.length - skipped.size()) * viewCount;
        Meter meter = new Meter(listener, Work.FEATURES, total - missing, total);
        meter.add(0);
        if (!wanted.isEmpty()) {
            compute(wanted, viewKeys, activation, meter);
        }
        nanos += System.nanoTime() - started;
    }

    private boolean load(int image, int view, String viewKey) throws IOException {
        Optional<byte[]> bytes =
                cache.read(new FeatureCache.Key(featuresKey, viewKey, digests[image]), 4 * prepared.width());
        if (bytes.isEmpty()) {
            return false;
        }
        float[] values = new float[prepared.width()];
        ByteBuffer.wrap(bytes.get())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        features[image][view] = values;
        return true;
    }

    private void compute(List<Wanted> wanted, List<String> viewKeys, @Nullable Activation activation, Meter meter)
            throws IOException {
        Model part = activation == null ? prepared.features() : prepared.both(activation.cut());
        try (FrozenNetwork network = new FrozenNetwork(manager, part, views.preprocessing());
                ReadAhead<ViewBatches.Batch> batches =
                        new ReadAhead<>("images", new ViewBatches(images, views, wanted, BATCH))) {
            for (var next = batches.next(); next.isPresent(); next = batches.next()) {
                ViewBatches.Batch batch = next.get();
                refuseWhenCancelled();
                for (ViewBatches.Unread unread : batch.skipped()) {
                    skipped.put(unread.image(), unread.skipped());
                    meter.add(unread.views());
                }
                if (!batch.items().isEmpty()) {
                    FrozenNetwork.Output output =
                            network.run(batch.pixels(), batch.items().size());
                    for (int n = 0; n < batch.items().size(); n++) {
                        ViewBatches.Item item = batch.items().get(n);
                        keep(item, output, n, viewKeys.get(item.view()), activation);
                    }
                    computed += batch.items().size();
                    meter.add(batch.items().size());
                }
            }
            waitedNanos += batches.waitedNanos();
        }
    }

    private void keep(
            ViewBatches.Item item, FrozenNetwork.Output output, int n, String viewKey, @Nullable Activation activation)
            throws IOException {
        float[] values = output.features()[n];
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new TrainingException("the network's features of " + images.id(item.image())
                        + " are not finite numbers; look for wrong mean and std in the preprocessing, or a damaged"
                        + " network");
            }
            bytes.putFloat(value);
        }
        features[item.image()][item.view()] = values;
        cache.write(new FeatureCache.Key(featuresKey, viewKey, digests[item.image()]), bytes.array());
        if (activation != null && item.view() < activation.views()) {
            cache.write(
                    new FeatureCache.Key(activation.key(), viewKey, digests[item.image()]),
                    output.activations().get(n));
        }
    }

    private void refuseWhenCancelled() {
        if (cancellation.isRequested()) {
            throw new CancellationException(
                    "fine-tuning was cancelled; what was computed so far is in " + cache.folder());
        }
    }

    /** Features of one view of a readable image. */
    float[] features(int image, int view) {
        return features[image][view];
    }

    boolean isReadable(int image) {
        return !skipped.containsKey(image);
    }

    List<Skipped> skipped() {
        return List.copyOf(skipped.values());
    }

    double seconds() {
        return nanos / 1e9;
    }

    /** Share of the time in which the network waited for images. */
    double waitingShare() {
        return nanos == 0 ? 0 : (double) waitedNanos / nanos;
    }

    /** Views that the network was run on. */
    int computed() {
        return computed;
    }
}
