package terzi.cli;

import terzi.onnx.Model;
import terzi.onnx.rewrite.ReplaceHead;

/** Says which layers fine-tuning would replace. */
final class HeadText {
    private HeadText() {}

    /** One line: the head, or why there is none. */
    static String of(Model network) {
        try {
            return ReplaceHead.find(network).describe();
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
