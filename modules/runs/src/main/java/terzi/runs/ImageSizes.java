package terzi.runs;

import java.io.IOException;
import java.util.List;
import terzi.backbones.Backbone;
import terzi.images.Preprocessing;
import terzi.training.recipe.FineTuningOptions;

/** The sizes of images that a network with patches takes. */
final class ImageSizes {
    /** Sizes that fine-tuning chooses itself are multiples of it. */
    private static final int USUAL_MULTIPLE = 32;

    private ImageSizes() {}

    /**
     * The options with a size that the network takes: the multiple of its patch that is next to the wanted enlargement.
     *
     * @throws IOException if the options have a size that the network does not take
     */
    static FineTuningOptions suited(FineTuningOptions options, Backbone backbone) throws IOException {
        int multiple = backbone.card().use().sizeMultiple();
        Preprocessing own = backbone.preprocessing();
        FineTuningOptions.Input input = options.input();
        String name = "backbone " + backbone.card().name();
        if (input.size() > 0) {
            if (multiple == 0 && (input.size() != own.width() || input.size() != own.height())) {
                throw new IOException(name + ": takes images of " + own.width() + " x " + own.height()
                        + " pixels only, the size is " + input.size() + "; leave the size out");
            }
            if (multiple > 1 && input.size() % multiple != 0) {
                int below = Math.max(1, input.size() / multiple) * multiple;
                throw new IOException(name + ": expected a size that is a multiple of " + multiple + " pixels, such as "
                        + below + " or " + (below + multiple) + ", found " + input.size());
            }
            return options;
        }
        if (multiple <= 1 || USUAL_MULTIPLE % multiple == 0 || own.width() != own.height()) {
            return options;
        }
        int size = multiple * Math.max(1, (int) Math.round(own.width() * input.enlarge() / multiple));
        return options.with(List.of("size=" + size));
    }
}
