package terzi.training.torchscript;

import java.util.Locale;
import terzi.images.Preprocessing;

/** The step from stored images to a network's input, as TorchScript. */
public final class Pixels {
    private Pixels() {}

    /**
     * The method {@code def pixels(self, data: Tensor, mean: Tensor, std: Tensor) -> Tensor}: uint8 {@code [N, H, W, C]} to float32 {@code [N, C, H, W]},
     * with the very arithmetic of {@link Preprocessing}; mean and std have the shape {@code [1, C, 1, 1]}. The memory keeps the order of the pixels, channels
     * last: with one channel libtorch cannot tell the two orders apart later on, and would run half of the network in the slower one.
     *
     * @param preprocessing gives scale and order of the channels
     * @return the text of the method
     */
    public static String method(Preprocessing preprocessing) {
        String stored = preprocessing.channels() == Preprocessing.Channels.BGR ? "torch.flip(data, [3])" : "data";
        return """
                def pixels(self, data: Tensor, mean: Tensor, std: Tensor) -> Tensor:
                  x = torch.to(torch.permute(%s, [0, 3, 1, 2]), 6, False, False, 1)
                  torch.mul_(x, %s)
                  torch.sub_(x, mean)
                  torch.div_(x, std)
                  return x
                """
                .formatted(stored, String.format(Locale.ROOT, "%.17g", preprocessing.scale()));
    }
}
