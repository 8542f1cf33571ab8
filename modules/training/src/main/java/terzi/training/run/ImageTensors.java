package terzi.training.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import terzi.data.PackedImages;

/**
 * A dataset on the device: pixels uint8 {@code [N, H, W, C]}, or rows of activations in floating point, of which those of
 * images are {@code [N, C, H, W]}; and labels int64 {@code [N]}.
 */
record ImageTensors(NDArray pixels, NDArray labels) {
    /** Columns that mixing may cut a box from. */
    int width() {
        return axis(2, 3);
    }

    /** Rows that mixing may cut a box from. */
    int height() {
        return axis(1, 2);
    }

    private int axis(int ofImages, int ofActivations) {
        Shape shape = pixels.getShape();
        return shape.dimension() < 4
                ? 1
                : (int) shape.get(pixels.getDataType() == DataType.UINT8 ? ofImages : ofActivations);
    }

    static ImageTensors of(NDManager manager, PackedImages images) {
        ByteBuffer source = images.pixels();
        ByteBuffer direct = ByteBuffer.allocateDirect(source.remaining()).order(ByteOrder.nativeOrder());
        direct.put(source).flip();
        return of(manager, direct, images.shape(), images.labelIndices());
    }

    /** @param pixels a direct buffer, which must not change while the tensors live */
    static ImageTensors of(NDManager manager, ByteBuffer pixels, PackedImages.Shape shape, int[] labels) {
        return new ImageTensors(
                manager.create(
                        pixels,
                        new Shape(labels.length, shape.height(), shape.width(), shape.channels()),
                        DataType.UINT8),
                Learner.longs(manager, labels));
    }
}
