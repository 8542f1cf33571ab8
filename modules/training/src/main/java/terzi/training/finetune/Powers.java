package terzi.training.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;
import terzi.training.torchscript.ScriptModule;

/** All views of the training images as standardised powers of their features; the last power that was asked for is kept. */
final class Powers implements AutoCloseable {
    private static final String METHODS =
            """
            def rows(self, z: Tensor, at: Tensor) -> Tensor:
              torch.set_grad_enabled(False)
              return torch.index_select(z, 0, at)
            """;

    private final NDManager manager;
    private final ScriptModule module;
    private final int views;
    private final NDArray x;
    private final double offset;
    private @Nullable Powered kept;
    private @Nullable NDArray distances;

    /**
     * Rows z of one power.
     *
     * @param scope owns the arrays, and what is derived from them
     * @param z {@code [M, F]}, float32
     */
    record Powered(double power, NDManager scope, NDArray z, NDArray mean, NDArray factor) {}

    Powers(NDManager parent, HeadFitter.Data data) {
        this.manager = parent.newSubManager();
        this.module = ScriptModule.load(manager, PoweredFeatures.METHODS, KernelHead.METHODS, METHODS);
        this.views = data.views();
        int rows = data.labels().length * data.views();
        float[] values = new float[rows * data.width()];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(
                    data.features().of(r / data.views(), r % data.views()), 0, values, r * data.width(), data.width());
        }
        this.x = manager.create(values, new Shape(rows, data.width()));
        this.offset = PoweredFeatures.OFFSET
                * module.call(manager, "magnitude", x).singletonOrThrow().toFloatArray()[0];
    }

    Powered of(double power) {
        Powered known = kept;
        if (known != null && known.power() == power) {
            return known;
        }
        if (known != null) {
            known.scope().close();
            distances = null;
        }
        NDManager scope = manager.newSubManager();
        NDList z = module.call(scope, "standardised", x, power, offset);
        Powered made = new Powered(power, scope, z.get(0), z.get(1), z.get(2));
        kept = made;
        return made;
    }

    /** Squared distances between all rows z, {@code [M, M]}, float64. */
    NDArray distances(double power) {
        Powered powered = of(power);
        NDArray known = distances;
        if (known == null) {
            known = module.call(powered.scope(), "distances", powered.z(), powered.z())
                    .singletonOrThrow();
            distances = known;
        }
        return known;
    }

    /** The first so many views of some images, {@code [images * wanted, F]}, float32. */
    NDArray rows(NDManager scope, Powered powered, int[] images, int wanted) {
        long[] at = new long[images.length * wanted];
        for (int r = 0; r < at.length; r++) {
            at[r] = (long) images[r / wanted] * views + r % wanted;
        }
        return module.call(scope, "rows", powered.z(), scope.create(at, new Shape(at.length)))
                .singletonOrThrow();
    }

    PoweredFeatures features(Powered powered) {
        return new PoweredFeatures(
                powered.power(),
                offset,
                powered.mean().toFloatArray(),
                powered.factor().toFloatArray());
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
