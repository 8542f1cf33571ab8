package terzi.runs;

import java.util.Locale;
import terzi.images.Filter;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.rewrite.ReplaceHead;

/** Networks and their preprocessing, a line for people each. */
final class NetworkText {
    private NetworkText() {}

    /** The head that fine-tuning would replace, or the reason why the network has none. */
    static String head(Model network) {
        try {
            return ReplaceHead.find(network).describe();
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Geometry, channels and normalisation: {@code shortest edge to 256, 224 x 224 from the centre, RGB, ...}. */
    static String preprocessing(Preprocessing preprocessing) {
        String size = preprocessing.width() + " x " + preprocessing.height();
        String geometry =
                switch (preprocessing.fit()) {
                    case CROP -> "shortest edge to " + preprocessing.resizeTo() + ", " + size + " from the centre";
                    case STRETCH -> "stretched to " + size;
                    case STRETCH_CROP ->
                        "stretched to " + preprocessing.resizeTo() + " x " + preprocessing.resizeTo() + ", " + size
                                + " from the centre";
                };
        String filter = preprocessing.filter() == Filter.TRIANGLE
                ? ""
                : " (" + preprocessing.filter().name().toLowerCase(Locale.ROOT) + " filter)";
        return geometry + filter + ", " + preprocessing.channels() + ", (value * " + preprocessing.scale() + " - "
                + preprocessing.mean() + ") / " + preprocessing.std();
    }
}
