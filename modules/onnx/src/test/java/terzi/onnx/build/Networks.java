package terzi.onnx.build;

import java.util.List;
import java.util.Random;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.build.Layer.BatchNorm;
import terzi.onnx.build.Layer.Conv2d;
import terzi.onnx.build.Layer.Dense;
import terzi.onnx.build.Layer.Dropout;
import terzi.onnx.build.Layer.Flatten;
import terzi.onnx.build.Layer.MaxPool;
import terzi.onnx.build.Layer.Relu;

/** Networks that several tests look at. */
public final class Networks {

    private Networks() {}

    /** One of each common layer on {@code [N,1,28,28]}, ten classes, 32 features. */
    public static Model smallCnn(long seed) {
        return Sequential.build(
                new InputShape(1, 28, 28),
                List.of(
                        new Conv2d(4, 3).withoutBias(),
                        new BatchNorm(),
                        new Relu(),
                        new MaxPool(2),
                        new Dropout(0.25),
                        new Flatten(),
                        new Dense(32).withActivation(new Relu()),
                        new Dropout(0.5),
                        new Dense(10)),
                seed);
    }

    /** The network of models/fashion-mnist-deep: 538,346 parameters as Keras counts them. */
    public static Model fashionDeep(long seed) {
        Relu relu = new Relu();
        return Sequential.build(
                new InputShape(1, 28, 28),
                List.of(
                        new Conv2d(32, 3).withActivation(relu),
                        new BatchNorm(),
                        new Conv2d(32, 3).withActivation(relu),
                        new MaxPool(2),
                        new Dropout(0.25),
                        new Conv2d(64, 3).withActivation(relu),
                        new BatchNorm(),
                        new Conv2d(64, 3).withActivation(relu),
                        new MaxPool(2),
                        new Dropout(0.25),
                        new Conv2d(128, 3).withActivation(relu),
                        new BatchNorm(),
                        new Dropout(0.25),
                        new Flatten(),
                        new Dense(512).withActivation(relu),
                        new BatchNorm(),
                        new Dropout(0.5),
                        new Dense(256).withActivation(relu),
                        new Dropout(0.5),
                        new Dense(10)),
                seed);
    }

    /** Values of a standard normal distribution. */
    public static Tensor noise(String name, Random random, int... dims) {
        long[] shape = new long[dims.length];
        int count = 1;
        for (int i = 0; i < dims.length; i++) {
            shape[i] = dims[i];
            count *= dims[i];
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.ofFloats(name, shape, values);
    }
}
