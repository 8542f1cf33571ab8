package terzi.runs;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A pretrained network that is ready.
 *
 * @param description its card; in JSON its keys stand beside the others
 * @param checkedAgainst what computed the golden logits that it reproduced; empty where there are none
 * @param preparation how images are prepared for it, in words
 * @param network its inputs, outputs and layers
 * @param head where fine-tuning would put a new head, or why it cannot
 * @param labels in the order of its outputs; empty without
 * @param cached the file that is kept; empty for a file of the user's own
 * @param bytes its size
 */
public record FetchedBackbone(
        @JsonUnwrapped BackboneDescription description,
        @JsonIgnore Optional<String> checkedAgainst,
        @JsonIgnore String preparation,
        @JsonIgnore NetworkSummary network,
        String head,
        List<String> labels,
        Optional<Path> cached,
        Optional<Long> bytes) {

    /**
     * Checks and copies the components.
     *
     * @param description its card
     * @param checkedAgainst what computed the golden logits that it reproduced
     * @param preparation how images are prepared for it, in words
     * @param network its inputs, outputs and layers
     * @param head where fine-tuning would put a new head, or why it cannot
     * @param labels in the order of its outputs
     * @param cached the file that is kept
     * @param bytes its size
     */
    public FetchedBackbone {
        labels = List.copyOf(labels);
    }
}
